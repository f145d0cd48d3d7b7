// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.lab.junit.ApiWrite;
import io.virtmover.lab.junit.LabNamespace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * How long people wait before anything happens: from a request's acceptance to its first byte, as
 * the API server's audit log and the exporter tell it, KubeVirt's own time set apart; and from the
 * start of the controller's container until it is ready. The figures are for people;
 * bench/waiting-times asks for more rounds.
 */
@OnProduct
@Isolated("its figures are those of an otherwise idle product")
class WaitingTimesIT {
  private static final int ROUNDS = Integer.getInteger("waiting.rounds", 1);

  /**
   * The parts of the way, each in milliseconds.
   *
   * @param asking from the request's acceptance until KubeVirt is asked
   * @param kubeVirt until KubeVirt's export can be read
   * @param moving until the mover asks for the first byte
   */
  private record Way(long asking, long kubeVirt, long moving) {
    long ours() {
      return asking + moving;
    }
  }

  @Test
  void theWayToTheFirstByteIsKnown(LabNamespace lab, InstalledProduct product) {
    // given
    var vm = BackedUpVm.withData(lab, product);

    // when
    var ways = new ArrayList<Way>();
    for (var round = 0; round < ROUNDS; round++) {
      vm.write(BackedUpVm.DATA, round);
      ways.add(way(lab, product, vm.order("round" + round)));
    }

    // then
    assertThat(ways)
        .hasSize(ROUNDS)
        .allSatisfy(
            way -> {
              assertThat(way.asking()).isNotNegative();
              assertThat(way.kubeVirt()).isPositive();
              assertThat(way.moving()).isPositive();
            });
    System.out.println(
        "From Accepted to the first byte without KubeVirt's time, ms: "
            + ways.stream()
                .map(way -> "%d (%d + %d)".formatted(way.ours(), way.asking(), way.moving()))
                .collect(Collectors.joining(", "))
            + "; KubeVirt's time: "
            + ways.stream()
                .map(way -> Long.toString(way.kubeVirt()))
                .collect(Collectors.joining(", ")));
  }

  @Test
  void theTimeUntilTheControllerIsReadyIsKnown(InstalledProduct product) {
    // when
    var times = new ArrayList<Long>();
    try {
      for (var round = 0; round < ROUNDS; round++) {
        product.stop();
        times.add(product.startAndTime().toMillis());
      }
    } finally {
      product.start();
    }

    // then
    assertThat(times).hasSize(ROUNDS).allMatch(time -> time > 0);
    System.out.println(
        "From the start of the controller's container until it is ready, ms: " + times);
  }

  private static Way way(LabNamespace lab, InstalledProduct product, UploadOrder order) {
    var backup = BackupAtWork.stoppedAfter(0, lab, product, order);
    var firstByte = backup.heldSince();
    var upload = backup.request().name();
    var virtualMachineBackup = backup.virtualMachineBackup().getMetadata().getName();
    backup.goOn();
    var _ = backup.request().awaitCompleted();
    var _ = backup.request().awaitReleased();
    var writes = lab.writes().stream().filter(ApiWrite::isStored).toList();
    var accepted = first(writes, "datauploads", upload, "Accepted");
    var prepared = first(writes, "datauploads", upload, "Prepared");
    var asked =
        writes.stream()
            .filter(write -> write.resource().equals("virtualmachinebackups"))
            .filter(write -> write.verb().equals("create"))
            .filter(
                write ->
                    write
                        .body()
                        .path("metadata")
                        .path("name")
                        .asText(write.name())
                        .equals(virtualMachineBackup))
            .map(ApiWrite::at)
            .findFirst()
            .orElseThrow();
    var readable =
        writes.stream()
            .filter(write -> write.resource().startsWith("virtualmachine"))
            .filter(write -> write.namespace().equals(lab.name()))
            .filter(write -> !write.user().equals(product.user()))
            .map(ApiWrite::at)
            .filter(at -> at.isAfter(asked) && at.isBefore(prepared))
            .max(Instant::compareTo)
            .orElseThrow();
    return new Way(
        between(accepted, asked), between(asked, readable), between(readable, firstByte));
  }

  private static Instant first(List<ApiWrite> writes, String resource, String name, String phase) {
    return writes.stream()
        .filter(write -> write.resource().equals(resource) && write.name().equals(name))
        .filter(write -> write.body().path("status").path("phase").asText().equals(phase))
        .map(ApiWrite::at)
        .findFirst()
        .orElseThrow(() -> new AssertionError("%s was never %s".formatted(name, phase)));
  }

  private static long between(Instant from, Instant to) {
    return Duration.between(from, to).toMillis();
  }
}
