// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.report;

import io.virtmover.controller.velero.TransferObject;
import java.util.List;
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
  private static final List<String> ALL = List.of(KIND, NAME, NAMESPACE, VM, PHASE, ATTEMPT);

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
    return new LogContext();
  }

  static void put(String key, String value) {
    var _ = MDC.put(key, value);
  }

  @Override
  public void close() {
    ALL.forEach(MDC::remove);
  }
}
