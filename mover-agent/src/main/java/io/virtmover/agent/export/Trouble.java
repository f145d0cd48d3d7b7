// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import io.virtmover.failure.FailureKind;
import org.jspecify.annotations.Nullable;

/**
 * Why a request did not bring what it asked for.
 *
 * @param status of the answer; 0 where there was none or it was good
 * @param what follows "did not deliver ...: "
 * @param advice what to do, a sentence
 */
record Trouble(
    Passing passing,
    FailureKind kind,
    int status,
    String what,
    String advice,
    @Nullable Throwable cause) {

  /** How far the server has been got to know: the same answer means less once it has been good. */
  enum Contact {
    /** Nothing has answered yet. */
    NONE,
    /** Something answers. */
    REACHED,
    /** The export server has given a good answer. */
    SERVED
  }

  /** How long to hope. */
  enum Patience {
    /** Not at all. */
    NONE,
    /** A few answers. */
    SHORT,
    /** As long as an outage may take. */
    LONG
  }

  /** Whether it may pass by itself. */
  enum Passing {
    /** An outage: refused or broken connections, 500, 502, 503, no bytes. */
    OUTAGE(Patience.LONG, Patience.LONG),
    /** Status 200 with a body that is not what was asked for. */
    ODD(Patience.SHORT, Patience.SHORT),
    /** A 404: the server's own word, or that of an ingress without a server behind it. */
    ABSENT(Patience.SHORT, Patience.LONG),
    /** The server refuses the request. */
    REFUSED(Patience.NONE, Patience.SHORT),
    /** Something else answers in the server's place, perhaps only while that is away. */
    STRANGER(Patience.NONE, Patience.LONG),
    /** A fact about the server. */
    NEVER(Patience.NONE, Patience.NONE);

    private final Patience atFirst;
    private final Patience onceServed;

    Passing(Patience atFirst, Patience onceServed) {
      this.atFirst = atFirst;
      this.onceServed = onceServed;
    }

    Patience patience(Contact contact) {
      return contact == Contact.SERVED ? onceServed : atFirst;
    }
  }

  private static final int SERVER_ERROR = 500;

  Trouble(Passing passing, FailureKind kind, String what, String advice) {
    this(passing, kind, what, advice, null);
  }

  Trouble(
      Passing passing, FailureKind kind, String what, String advice, @Nullable Throwable cause) {
    this(passing, kind, 0, what, advice, cause);
  }

  static Trouble outage(String what, @Nullable Throwable cause) {
    return outage(0, what, cause);
  }

  static Trouble outage(int status, String what, @Nullable Throwable cause) {
    return new Trouble(
        Passing.OUTAGE,
        FailureKind.UNAVAILABLE,
        status,
        what,
        "Check the VirtualMachineExport and its pod.",
        cause);
  }

  /** A 500, which is what the export server says beyond a disk's end, and much else. */
  boolean isServerError() {
    return status == SERVER_ERROR;
  }
}
