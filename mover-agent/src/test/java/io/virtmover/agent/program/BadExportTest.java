// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.lab.export.ExportFaults.Body;
import io.virtmover.lab.export.ExportServer;
import io.virtmover.lab.export.IncrementMap;
import io.virtmover.lab.pki.LocalCertificate;
import io.virtmover.lab.qemu.DiskHash;
import io.virtmover.lab.qemu.LabVm;
import io.virtmover.lab.qemu.PullBackup;
import io.virtmover.lab.s3.VersityGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** An export server that lies, breaks off or refuses. */
class BadExportTest {
  private static final long SIZE = 16L << 20;

  @TempDir private Path folder;
  private VersityGateway s3;
  private LabVm vm;
  private PullBackup pull;
  private ExportServer server;

  @BeforeEach
  void start() {
    s3 = VersityGateway.start();
    vm =
        LabVm.create(
            folder.resolve("vm"),
            "db-01",
            64 << 10,
            Clock.systemUTC(),
            List.of(new LabVm.Disk("d", SIZE)));
    vm.start();
    vm.writeRandom("d", 1, 0, 12 << 20);
    vm.flush();
    pull = vm.pull("b1", Optional.empty());
    server = ExportServer.start(pull, IncrementMap.MERGED);
  }

  @AfterEach
  void stop() {
    server.close();
    pull.close();
    vm.close();
    s3.close();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cut off         | {"extents":[{"offset":0,"leng                          | JSON of its answer is cut off
          gap at start    | {"extents":[{"offset":65536,"length":65536,"type":0,"description":"data"}],"next_offset":null} | gap at byte 0
          overlap         | {"extents":[{"offset":0,"length":65536,"type":0,"description":"data"},{"offset":4096,"length":65536,"type":0,"description":"data"}],"next_offset":null} | overlaps
          unknown bits    | {"extents":[{"offset":0,"length":16777216,"type":8,"description":"data"}],"next_offset":null} | unknown bits
          """)
  void aMapThatContradictsItself_isRefused(String what, String answer, String message) {
    server.faults().map(_ -> Optional.of(answer));
    var ended = backup(SIZE, server.caFile(), server.tokenFile());
    assertThat(ended.exitCode()).as("%s: %s", what, ended.err()).isEqualTo(7);
    ended.assertOneClearLine(message);
    assertThat(s3.objects()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"8388608, larger than the stated", "33554432, is the size right"})
  void aWrongSize_isRefused(long size, String message) {
    var ended = backup(size, server.caFile(), server.tokenFile());
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(7);
    ended.assertOneClearLine(message);
    assertThat(s3.objects()).isEmpty();
  }

  @Test
  void aWrongTypeTokenOrCa_isRefused() throws IOException {
    var wrongToken = Files.writeString(folder.resolve("wrong-token"), "nonsense");
    var ended = backup(SIZE, server.caFile(), wrongToken);
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(4);
    ended.assertOneClearLine("token");

    var other = LocalCertificate.create(Files.createDirectories(folder.resolve("other")));
    ended = backup(SIZE, other.ca(), server.tokenFile());
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(4);
    ended.assertOneClearLine("--export-ca");

    var notPem = Files.writeString(folder.resolve("not.pem"), "nonsense");
    ended = backup(SIZE, notPem, server.tokenFile());
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
    ended.assertOneClearLine("not.pem");

    ended = backup(SIZE, server.caFile(), folder.resolve("no-token"));
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
    ended.assertOneClearLine("no-token");

    ended = run(server.url("d").replace("/d", "/unknown"), SIZE);
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
    ended.assertOneClearLine("404");

    ended = run(server.url("d").replace("localhost", "127.0.0.2"), SIZE);
    assertThat(ended.exitCode()).as(ended.err()).isIn(4, 5);
    assertThat(s3.objects()).isEmpty();
  }

  @Test
  void endlessData_isRefused() {
    server.faults().data(1000, Body.ENDLESS, SIZE);
    var ended = backup(SIZE, server.caFile(), server.tokenFile());
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(7);
    ended.assertOneClearLine("more bytes than asked for");
    assertThat(s3.objects()).isEmpty();
  }

  @Test
  void dataThatAlwaysEndsEarly_isRefused() {
    server.faults().data(10_000, Body.SHORT, 0);
    var ended = backup(SIZE, server.caFile(), server.tokenFile());
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(7);
    ended.assertOneClearLine("early");
    assertThat(s3.objects()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Body.class,
      names = {"ABORT", "SHORT"})
  void dataThatBreaksOffNowAndThen_isAskedForAgain(Body body) {
    server.faults().unavailable(3);
    server.faults().data(4, body, 300_000);
    assertThat(backup(SIZE, server.caFile(), server.tokenFile()).report()).isNotNull();
    var target = folder.resolve("restored");
    VirtMover.on(s3).restore("b1", "d", target).report();
    assertThat(DiskHash.sha256(target, SIZE)).isEqualTo(DiskHash.sha256(vm.raw("d"), SIZE));
  }

  @Test
  void aTunnelLostDuringAMapRequest_isWaitedFor() {
    server.faults().loseTunnel(Duration.ofSeconds(2));
    assertThat(backup(SIZE, server.caFile(), server.tokenFile()).report()).isNotNull();
    assertThat(server.mapRequests()).isPositive();
    var target = folder.resolve("restored");
    VirtMover.on(s3).restore("b1", "d", target).report();
    assertThat(DiskHash.sha256(target, SIZE)).isEqualTo(DiskHash.sha256(vm.raw("d"), SIZE));
  }

  @Test
  void aTokenInAnAddress_isNotRepeated() {
    for (var address :
        List.of(
            server.url("d") + "?x-kubevirt-export-token=hush",
            server.url("d").replace("https://", "https://user:hush@"),
            server.url("d").replace("https://", "https://user:hu sh@"),
            server.url("d").replace("https://", "http://user:hush@"))) {
      var ended = run(address, SIZE);
      assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
      ended.assertOneClearLine("address");
      assertThat(ended.err() + ended.out()).doesNotContain("hush", "hu sh");
    }
    assertThat(s3.objects()).isEmpty();
  }

  private VirtMover.Ended backup(long size, Path ca, Path token) {
    return run(server.url("d"), size, ca, token);
  }

  private VirtMover.Ended run(String url, long size) {
    return run(url, size, server.caFile(), server.tokenFile());
  }

  private VirtMover.Ended run(String url, long size, Path ca, Path token) {
    var words =
        new ArrayList<>(
            List.of(
                "--vm", "shop/db-01", "--backup", "b1", "--checkpoint", "c1", "--type", "full"));
    words.addAll(List.of("--disk", "d=%s,size=%d".formatted(url, size)));
    words.addAll(List.of("--export-ca", ca.toString(), "--export-token", token.toString()));
    return VirtMover.on(s3).run("backup", words.toArray(String[]::new));
  }
}
