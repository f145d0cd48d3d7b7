// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.virtmover.lab.cluster.DiskRequest;
import io.virtmover.lab.junit.ApiWrite;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.junit.PodRun;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Many backups asked for in one moment, several of each VM: all end, each VM's in their order, and
 * the API server is hardly troubled. How many is {@code many.uploads}; bench/uploads asks for more.
 */
@OnProduct
@Isolated("counts what the controller writes")
class ManyUploadsIT {
  private static final int UPLOADS = Integer.getInteger("many.uploads", 12);
  private static final int VMS = Math.max(1, UPLOADS / 4);

  @Test
  void allEndAndTheApiServerIsLeftInPeace(LabNamespace lab, InstalledProduct product)
      throws JsonProcessingException {
    // given
    for (var vm = 0; vm < VMS; vm++) {
      lab.vms()
          .create(lab.name(), vm(vm), List.of(DiskRequest.parse("16Mi:block")), Optional.empty());
    }
    for (var vm = 0; vm < VMS; vm++) {
      lab.vms().awaitRunning(lab.name(), vm(vm));
    }
    var start = Instant.now();
    var restarts = product.restarts();

    // when
    var requests = new ArrayList<PlacedRequest>();
    for (var i = 0; i < UPLOADS; i++) {
      requests.add(product.place(order(lab, i)));
    }
    var ends = new ArrayList<GenericKubernetesResource>();
    for (var request : requests) {
      ends.add(request.awaitEnd(Duration.ofMinutes(60)));
    }
    requests.forEach(PlacedRequest::awaitReleased);
    var took = Duration.between(start, Instant.now());
    // What an event that came with the very end has the framework write.
    assertThat(lab.run(PodRun.script("end", "sleep 5")).exitCode()).isZero();
    var idleFrom = Instant.now();
    assertThat(lab.run(PodRun.script("idle", "sleep 30")).exitCode()).isZero();

    // then
    assertThat(ends).extracting(PlacedRequest::phase).containsOnly("Completed");
    assertThat(ends)
        .extracting(PlacedRequest::message)
        .containsOnly("Full backup (FirstBackup).", "Incremental backup.")
        .filteredOn("Full backup (FirstBackup)."::equals)
        .hasSize(VMS);
    var writes = product.writes().stream().filter(write -> write.at().isAfter(start)).toList();
    var toUploads =
        writes.stream()
            .filter(write -> write.resource().equals("datauploads") && !isProgress(write))
            .toList();
    var perUpload =
        toUploads.stream()
            .filter(write -> !isToldWait(write))
            .collect(groupingBy(ApiWrite::name, counting()));
    // Six is what there is to write. When an event comes with the very end, the framework puts the
    // finalizer on once more, and it is taken off again.
    assertThat(perUpload)
        .hasSize(UPLOADS)
        .allSatisfy((_, count) -> assertThat(count).isBetween(6L, 8L));
    assertThat(perUpload.values().stream().mapToLong(count -> count).average().orElseThrow())
        .isLessThan(6.5);
    assertThat(toUploads.stream().filter(ManyUploadsIT::isToldWait))
        .as("waits that are usual among so many are not told")
        .hasSizeLessThan(UPLOADS / 2);
    assertThat(mostSideBySide(writes)).as("movers side by side").isGreaterThan(1);
    assertThat(writes).filteredOn(write -> write.at().isAfter(idleFrom)).isEmpty();
    assertThat(product.restarts()).isEqualTo(restarts);
    report(took, writes, toUploads.size(), product);
  }

  /** Of the times between the making of a mover's Job and the completion of a DataUpload. */
  private static long mostSideBySide(List<ApiWrite> writes) {
    var most = 0L;
    var now = 0L;
    for (var write : writes) {
      if (write.resource().equals("jobs") && write.verb().equals("create")) {
        now++;
      } else if (write.body().path("status").path("phase").asText().equals("Completed")) {
        now--;
      }
      most = Math.max(most, now);
    }
    return most;
  }

  /** Progress is written besides, each five seconds at most. */
  private static boolean isProgress(ApiWrite write) {
    var status = write.body().path("status");
    return status.has("progress") && !status.has("phase");
  }

  /** What takes longer than is usual among so many is told: that depends on the machine. */
  private static boolean isToldWait(ApiWrite write) {
    var status = write.body().path("status");
    return status.has("message") && !status.has("phase") && !status.has("progress");
  }

  private static String vm(int number) {
    return "vm" + number;
  }

  private static UploadOrder order(LabNamespace lab, int number) {
    var vm = vm(number % VMS);
    return UploadOrder.of(
        lab, "%s-b%02d".formatted(lab.name(), number / VMS), vm, vm + "-rootdisk");
  }

  private static void report(
      Duration took, List<ApiWrite> writes, long toUploads, InstalledProduct product)
      throws JsonProcessingException {
    System.out.printf(
        "%d DataUploads of %d VMs: %d s; writes a DataUpload: %.1f to itself, %.1f in all (%s);"
            + " controller: %.0f MiB resident%n",
        UPLOADS,
        VMS,
        took.toSeconds(),
        (double) toUploads / UPLOADS,
        (double) writes.size() / UPLOADS,
        writes.stream()
            .collect(groupingBy(write -> write.verb() + " " + write.resource(), counting())),
        product.residentMiB());
  }
}
