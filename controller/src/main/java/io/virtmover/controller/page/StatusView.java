// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.page;

import io.virtmover.controller.page.StatusReport.Part;
import io.virtmover.controller.page.StatusReport.Row;
import io.virtmover.controller.velero.TransferObject;
import io.virtmover.controller.watch.Glance;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * Makes the parts of the page from requests.
 *
 * @param look what is known of a request
 * @param ahead how many requests are before one in the queue; empty for one that is not in it
 */
record StatusView(
    Function<TransferObject, Glance> look, Function<TransferObject, OptionalInt> ahead) {
  /** A page, not an archive. */
  private static final int MOST_ENDED = 50;

  private static final int MOST_OTHERS = 200;

  Part running(List<TransferObject> requests) {
    return part(
        requests,
        Stage.RUNNING,
        Comparator.comparing(Rows::started).thenComparing(Rows::name),
        MOST_OTHERS);
  }

  Part waiting(List<TransferObject> requests) {
    return part(
        requests,
        Stage.WAITING,
        Comparator.comparing(Rows::made).thenComparing(Rows::name),
        MOST_OTHERS);
  }

  Part ended(List<TransferObject> requests) {
    return part(
        requests,
        Stage.ENDED,
        Comparator.comparing(Rows::ended).reversed().thenComparing(Rows::name),
        MOST_ENDED);
  }

  private enum Stage {
    WAITING,
    RUNNING,
    ENDED
  }

  private static Stage stage(TransferObject request) {
    return switch (request.phase()) {
      case NEW, ACCEPTED, PREPARED -> Stage.WAITING;
      case IN_PROGRESS, CANCELING -> Stage.RUNNING;
      case CANCELED, COMPLETED, FAILED -> Stage.ENDED;
    };
  }

  private Part part(
      List<TransferObject> requests, Stage stage, Comparator<TransferObject> order, int most) {
    var meant = requests.stream().filter(request -> stage(request) == stage).sorted(order).toList();
    return new Part(meant.size(), meant.stream().limit(most).map(this::row).toList());
  }

  private Row row(TransferObject request) {
    var glance = look.apply(request);
    return switch (stage(request)) {
      case RUNNING -> Rows.of(request, glance, glance.message(), Rows.started(request));
      case WAITING -> Rows.of(request, glance, why(request, glance), Rows.made(request));
      case ENDED -> Rows.of(request, glance, glance.message(), Rows.accepted(request));
    };
  }

  /** In the queue it waits for nothing else, whatever the status still says. */
  private String why(TransferObject request, Glance glance) {
    var before = ahead.apply(request);
    if (before.isPresent()) {
      return "Waits for a free slot; number %d in the queue.".formatted(before.getAsInt() + 1);
    }
    return glance.message().isEmpty() ? why(request) : glance.message();
  }

  private static String why(TransferObject request) {
    return switch (request.phase()) {
      case NEW -> "Has not been taken yet.";
      case PREPARED -> "Waits for the mover to run.";
      case ACCEPTED, IN_PROGRESS, CANCELING, CANCELED, COMPLETED, FAILED -> "Is being prepared.";
    };
  }
}
