// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.report;

import io.virtmover.controller.velero.TransferObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.MDC;

/**
 * What every line of the log says that is written while a request is looked at: keys of their own
 * with JSON logs, nothing with logs for people, whose text names the request. It belongs to the
 * thread, and is to be closed by it.
 */
public final class LogContext implements AutoCloseable {
  static final String KIND = "kind";
  static final String NAME = "name";
  static final String NAMESPACE = "namespace";
  static final String VM = "vm";
  static final String PHASE = "phase";
  static final String ATTEMPT = "attempt";
  static final String DISK = "disk";
  static final String BYTES = "bytes";
  static final String DURATION = "durationMs";
  private static final List<String> ALL =
      List.of(KIND, NAME, NAMESPACE, VM, DISK, PHASE, ATTEMPT, BYTES, DURATION);

  private LogContext() {}

  /**
   * Begins to say it.
   *
   * @param attempt the id of the present try, as movers' reports name it
   */
  public static LogContext of(TransferObject request, String attempt) {
    var metadata = request.getMetadata();
    put(KIND, request.getKind());
    put(NAME, metadata.getName());
    put(NAMESPACE, metadata.getNamespace());
    put(PHASE, request.phase().spelling());
    put(ATTEMPT, attempt);
    request.vm().ifPresent(vm -> put(VM, vm));
    request.disk().ifPresent(disk -> put(DISK, disk));
    return new LogContext();
  }

  static void put(String key, String value) {
    var _ = MDC.put(key, value);
  }

  /** Says from now on what the request came to by its end. */
  static void end(TransferObject request, Change change, Instant at) {
    change
        .progress()
        .or(() -> Optional.ofNullable(request.status().progress()))
        .ifPresent(progress -> put(BYTES, Long.toString(progress.bytesDone())));
    Optional.ofNullable(request.status().acceptedTimestamp())
        .map(Instant::parse)
        .ifPresent(begin -> put(DURATION, Long.toString(Duration.between(begin, at).toMillis())));
  }

  @Override
  public void close() {
    ALL.forEach(MDC::remove);
  }
}
