// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.page;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;

/**
 * What the controller does. Times are RFC 3339, sizes bytes. Texts are other people's: whoever
 * shows them has to escape them.
 *
 * @param at when this was so
 * @param namespace Velero's
 * @param running data moves, or is being stopped; the longest first
 * @param waiting the oldest first
 * @param ended the newest first
 */
public record StatusReport(
    String at, String namespace, Slots slots, Part running, Part waiting, Part ended) {
  /** How many transfers may run at once, and how many do or are being prepared. */
  public record Slots(int taken, int limit) {}

  /**
   * Requests.
   *
   * @param total how many there are
   * @param rows the first of them
   */
  public record Part(int total, List<Row> rows) {
    public Part {
      rows = List.copyOf(rows);
    }
  }

  /**
   * A request. What is not known or does not apply is left out.
   *
   * @param kind {@code DataUpload} or {@code DataDownload}
   * @param vm {@code NAMESPACE/NAME} at backup time
   * @param claim {@code NAMESPACE/NAME}: the target of a restore
   * @param partOf Velero's backup or restore that it belongs to
   * @param mode {@code pull} or {@code push}, of a backup under way
   * @param type {@code Full} or {@code Incremental}, of a backup
   * @param reason why a backup is a full
   * @param message why it waits, how it ended, or what there is to say
   * @param since running: when its mover was first seen running; waiting: when it was made; ended:
   *     when it was accepted
   * @param until when it ended
   * @param bytesStored what the bucket got by a backup
   */
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record Row(
      String kind,
      String name,
      Optional<String> vm,
      Optional<String> claim,
      Optional<String> partOf,
      Optional<String> location,
      String phase,
      Optional<String> mode,
      Optional<String> type,
      Optional<String> reason,
      String message,
      String since,
      Optional<String> until,
      Optional<Long> bytesDone,
      Optional<Long> bytesTotal,
      Optional<Long> bytesStored) {}
}
