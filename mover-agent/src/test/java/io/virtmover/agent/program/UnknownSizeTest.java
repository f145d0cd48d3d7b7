// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.export.ExportAccess;
import io.virtmover.agent.export.ExportSize;
import io.virtmover.agent.export.ExportTimeouts;
import io.virtmover.agent.export.ExportVolume;
import io.virtmover.lab.export.ExportFaults;
import io.virtmover.lab.export.ExportFaults.Body;
import io.virtmover.lab.export.ExportServer;
import io.virtmover.lab.export.IncrementMap;
import io.virtmover.lab.qemu.DiskHash;
import io.virtmover.lab.qemu.LabVm;
import io.virtmover.lab.qemu.PullBackup;
import io.virtmover.lab.s3.VersityGateway;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Disks of a real QEMU, of whose size only a bound is known. */
@Timeout(900)
class UnknownSizeTest {
  private static final long MIB = 1 << 20;

  /** Whole clusters, a sector more, a sector less, one sector. */
  private static final Map<String, Long> DISKS =
      Map.of("whole", 4 * MIB, "more", 4 * MIB + 512, "less", 4 * MIB - 512, "sector", 512L);

  private static final Map<String, Consumer<ExportFaults>> FAULTS = faultsByName();

  @TempDir private Path folder;
  private LabVm vm;
  private PullBackup pull;
  private ExportServer server;

  private static Map<String, Consumer<ExportFaults>> faultsByName() {
    var faults = new LinkedHashMap<String, Consumer<ExportFaults>>();
    faults.put("none", _ -> {});
    faults.put("not connected", wrong -> wrong.unavailable(3));
    faults.put("data aborted", wrong -> wrong.data(1, Body.ABORT, 100));
    faults.put("data aborted at once", wrong -> wrong.data(2, Body.ABORT, 0));
    faults.put("data cut", wrong -> wrong.data(1, Body.SHORT, 511));
    faults.put("tunnel lost", wrong -> wrong.loseTunnel(Duration.ofMillis(600)));
    return faults;
  }

  @BeforeEach
  void start() {
    var disks =
        DISKS.entrySet().stream().map(e -> new LabVm.Disk(e.getKey(), e.getValue())).toList();
    vm = LabVm.create(folder.resolve("vm"), "db-01", 64 << 10, Clock.systemUTC(), disks);
    vm.start();
    vm.writeRandom("whole", 1, MIB, MIB);
    vm.writeRandom("more", 2, 4 * MIB, 512);
    vm.writeRandom("less", 3, 4 * MIB - 1024, 512);
    vm.flush();
    pull = vm.pull("b1", Optional.empty());
    server = ExportServer.start(pull, IncrementMap.MERGED);
  }

  @AfterEach
  void stop() {
    server.close();
    pull.close();
    vm.close();
  }

  @Test
  void everySize_isFoundBelowEveryBound_whateverGoesWrongMeanwhile() {
    for (var disk : DISKS.entrySet()) {
      var size = disk.getValue();
      for (var bound : List.of(size, size + 1, 2 * size + 512, 32L << 30, 8L << 40)) {
        assertThat(find(disk.getKey(), bound)).as("%s below %d", disk, bound).isEqualTo(size);
      }
      FAULTS.forEach(
          (name, fault) -> {
            fault.accept(server.faults());
            assertThat(find(disk.getKey(), 6 * MIB)).as("%s, %s", disk, name).isEqualTo(size);
          });
    }
  }

  @Test
  void aBackupOverARequest_isTheSameAsWithTheSizes() throws IOException {
    try (var s3 = VersityGateway.start()) {
      // when
      run(s3, "b1", this::exactly).report();
      var report = run(s3, "b2", _ -> "\"atMost\": %d".formatted(6 * MIB)).report();

      // then
      for (var disk : report.path("disks")) {
        var volume = disk.path("volume").asText();
        assertThat(disk.path("virtualSize").asLong()).isEqualTo(size(volume));
        assertThat(Files.mismatch(image(s3, "c-b1", volume), image(s3, "c-b2", volume)))
            .as(volume)
            .isEqualTo(-1);
        var target = folder.resolve("restored-" + volume);
        VirtMover.on(s3).restore("b2", volume, target).report();
        assertThat(DiskHash.sha256(target, size(volume)))
            .isEqualTo(DiskHash.sha256(vm.raw(volume), size(volume)));
      }
    }
  }

  @Test
  void aBoundBelowTheSize_leavesNothing() throws IOException {
    try (var s3 = VersityGateway.start()) {
      // when
      var ended = run(s3, "b1", _ -> "\"atMost\": %d".formatted(4 * MIB));

      // then
      assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
      ended.assertOneClearLine("is said to have at most 4194304. Give a larger bound");
      assertThat(s3.objects()).isEmpty();
    }
  }

  private long find(String volume, long bound) {
    var access = ExportAccess.of(Optional.of(server.caFile()), Optional.of(server.tokenFile()));
    try (var export =
        new ExportVolume(URI.create(server.url(volume)), access, ExportTimeouts.usual())) {
      return ExportSize.find(export, bound);
    }
  }

  private static long size(String volume) {
    return Objects.requireNonNull(DISKS.get(volume));
  }

  private String exactly(String volume) {
    return "\"size\": %d".formatted(size(volume));
  }

  private static Path image(VersityGateway s3, String checkpoint, String volume) {
    return s3.objects().stream()
        .filter(object -> object.toString().contains(checkpoint))
        .filter(object -> object.toString().endsWith(volume + ".qcow2"))
        .findFirst()
        .orElseThrow();
  }

  /** What a mover pod runs; the size of a disk is said by its volume. */
  private VirtMover.Ended run(VersityGateway s3, String backup, UnaryOperator<String> size)
      throws IOException {
    var disks =
        DISKS.keySet().stream()
            .sorted()
            .map(
                volume ->
                    "{\"volume\": \"%s\", \"export\": {\"address\": \"%s\", %s}}"
                        .formatted(volume, server.url(volume), size.apply(volume)))
            .collect(Collectors.joining(","));
    return MountedRequest.run(
        folder,
        s3,
        """
        "backup": {"backup": "%1$s", "checkpoint": "c-%1$s", "disks": [%2$s],
          "exportCa": "%3$s", "exportToken": "%4$s"}
        """
            .formatted(backup, disks, server.caFile(), server.tokenFile()));
  }
}
