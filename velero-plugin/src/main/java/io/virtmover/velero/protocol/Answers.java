// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.protocol;

import com.google.protobuf.Any;
import com.google.rpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.velero.log.Log;
import io.virtmover.velero.wire.Stack;
import io.virtmover.velero.wire.StackFrame;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Answers calls. Whatever a call throws, an {@link Error} too, becomes a status: {@code UNKNOWN}
 * with the message for what we expect to go wrong, as Velero's own plugins do it, and {@code
 * ABORTED} for what we do not.
 */
final class Answers {
  /** HTTP/2 carries the message in a header, and Velero keeps it in the Backup's log. */
  private static final int MOST_MESSAGE = 4_000;

  private final Log log;

  Answers(Log log) {
    this.log = log;
  }

  /**
   * Gives the caller what {@code call} returns, or says why not.
   *
   * @param plugin the action that was asked
   * @param what what it was asked to do
   */
  <R> void to(StreamObserver<R> caller, String plugin, String what, Supplier<R> call) {
    R answer;
    try {
      answer = call.get();
    } catch (VirtMoverException e) {
      caller.onError(status(Code.UNKNOWN, oneLine(e.getMessage()), e));
      return;
    } catch (Throwable e) {
      caller.onError(unexpected(plugin, what, e));
      return;
    }
    caller.onNext(answer);
    caller.onCompleted();
  }

  private StatusRuntimeException unexpected(String plugin, String what, Throwable e) {
    var message =
        oneLine(
            "%s could not %s for a reason that it did not expect (%s). Please report this with the backup's log at level debug."
                .formatted(plugin, what, e));
    // Each of these could fail as the call did, of memory or stack.
    try {
      log.debug(message, Map.of("plugin", plugin, "trace", trace(e)));
      return status(Code.ABORTED, message, e);
    } catch (Throwable again) {
      return io.grpc.Status.ABORTED.withDescription(message).asRuntimeException();
    }
  }

  private static StatusRuntimeException status(Code code, String message, Throwable e) {
    var status = Status.newBuilder().setCode(code.value()).setMessage(message);
    frame(e)
        .ifPresent(
            frame -> status.addDetails(Any.pack(Stack.newBuilder().addFrames(frame).build())));
    return StatusProto.toStatusRuntimeException(status.build());
  }

  private static Optional<StackFrame> frame(Throwable e) {
    var trace = e.getStackTrace();
    return trace.length == 0
        ? Optional.empty()
        : Optional.of(
            StackFrame.newBuilder()
                .setFile(String.valueOf(trace[0].getFileName()))
                .setLine(Math.max(0, trace[0].getLineNumber()))
                .setFunction(trace[0].getClassName() + "." + trace[0].getMethodName())
                .build());
  }

  private static String oneLine(String message) {
    var line = message.replaceAll("\\s*[\\r\\n]+\\s*", " ").strip();
    return line.length() <= MOST_MESSAGE ? line : line.substring(0, MOST_MESSAGE) + "…";
  }

  private static String trace(Throwable e) {
    var text = new StringWriter();
    e.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
