// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.lab.qemu.LabVm;
import io.virtmover.lab.qemu.PullBackup;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every fault shows as what a client is meant to see, and goes away when it is used up. */
@Timeout(60)
class ExportFaultsTest {
  private static final int SIZE = 4 << 20;
  private static final int PART = (1 << 20) + 77;

  private Path raw;
  private LabVm vm;
  private PullBackup pull;
  private ExportServer server;

  @BeforeEach
  void serve(@TempDir Path folder) {
    var disks = List.of(new LabVm.Disk("d", SIZE));
    vm = LabVm.create(folder, "vm", 64 << 10, Clock.systemUTC(), disks);
    vm.start();
    vm.writeRandom("d", 4711, 0, SIZE);
    vm.flush();
    raw = vm.raw("d");
    pull = vm.pull("n-1", Optional.empty());
    server = ExportServer.start(pull, IncrementMap.MERGED);
  }

  @AfterEach
  void end() {
    server.close();
    pull.close();
    vm.close();
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void unavailable_passesAfterTheGivenRequests(Version version) throws Exception {
    try (var client = client(version)) {
      // given
      server.faults().unavailable(2);

      // when
      var map = client.send(request("/map"), HttpResponse.BodyHandlers.ofString());
      var data = client.send(request("/data"), HttpResponse.BodyHandlers.ofString());
      var after = client.send(request("/data"), HttpResponse.BodyHandlers.ofByteArray());

      // then
      assertThat(map.statusCode()).isEqualTo(503);
      assertThat(map.body()).isEqualTo("Backup source (virt-launcher) not connected via tunnel\n");
      assertThat(data.body()).isEqualTo("Backup source not connected\n");
      assertThat(after.body()).isEqualTo(Files.readAllBytes(raw));
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void abortedBody_isAnError_andTheNextIsWhole(Version version) throws Exception {
    try (var client = client(version)) {
      // given
      server.faults().data(1, ExportFaults.Body.ABORT, PART);

      // when
      assertThatThrownBy(() -> client.send(request("/data"), bytes()))
          .isInstanceOf(IOException.class);

      // then
      assertThat(server.dataBytes()).isEqualTo(PART);
      assertThat(client.send(request("/data"), bytes()).body()).isEqualTo(Files.readAllBytes(raw));
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void shortBody_endsCleanly(Version version) throws Exception {
    try (var client = client(version)) {
      // given
      server.faults().data(1, ExportFaults.Body.SHORT, PART);

      // when
      var body = client.send(request("/data"), bytes()).body();

      // then
      assertThat(body).hasSize(PART);
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void endlessBody_goesOnUntilTheClientLeaves(Version version) throws Exception {
    try (var client = client(version)) {
      // given
      server.faults().data(1, ExportFaults.Body.ENDLESS, PART);

      // when
      try (var body =
          client.send(request("/data"), HttpResponse.BodyHandlers.ofInputStream()).body()) {
        body.skipNBytes(3L * SIZE);
      }

      // then
      assertThat(client.send(request("/data"), bytes()).body()).hasSize(SIZE);
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void stalledBody_sendsNothingAndDoesNotEnd(Version version) throws Exception {
    try (var client = client(version)) {
      // given
      server.faults().data(1, ExportFaults.Body.STALL, PART);

      // when
      try (var body =
          client.send(request("/data"), HttpResponse.BodyHandlers.ofInputStream()).body()) {
        body.skipNBytes(PART);
        var next = new FutureTask<Integer>(body::read);
        Thread.ofVirtual().start(next);

        // then
        assertThatThrownBy(() -> next.get(300, TimeUnit.MILLISECONDS))
            .isInstanceOf(TimeoutException.class);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void cannedMap_isServedAsItIs(Version version) throws Exception {
    try (var client = client(version)) {
      // given
      server.faults().map(query -> Optional.of("{\"page\":%d}".formatted(query.pageSize())));

      // when
      var body = client.send(request("/map?page_size=7"), text()).body();

      // then
      assertThat(body).isEqualTo("{\"page\":7}");
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void latency_isPaidPerPiece(Version version) throws Exception {
    try (var client = client(version)) {
      // given
      server.faults().latency(Duration.ofMillis(20));

      // when
      var start = System.nanoTime();
      client.send(request("/data"), bytes());

      // then
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isGreaterThanOrEqualTo(Duration.ofMillis(16 * 20));
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void deadQemu_isA500ForMapsAndAnAbortForData(Version version) throws Exception {
    try (var client = client(version)) {
      // given
      vm.kill();

      // when
      var map = client.send(request("/map"), text());

      // then
      assertThat(map.statusCode()).isEqualTo(500);
      assertThatThrownBy(() -> client.send(request("/data"), bytes()))
          .isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void lostTunnel_isA500ThenA503_andComesBack(Version version) throws Exception {
    try (var client = client(version)) {
      // given
      server.faults().loseTunnel(Duration.ofSeconds(6));

      // when
      var before = client.send(request("/data"), bytes());
      var losing = client.send(request("/map"), text());
      var lost = client.send(request("/map"), text());
      var codes = new ArrayList<Integer>();
      do {
        codes.add(client.send(request("/map"), text()).statusCode());
      } while (codes.getLast() != 200);

      // then
      assertThat(before.statusCode()).isEqualTo(200);
      assertThat(losing.statusCode()).isEqualTo(500);
      assertThat(lost.statusCode()).isEqualTo(503);
      assertThat(codes).containsSubsequence(503, 500, 200);
      assertThat(client.send(request("/data"), bytes()).body()).isEqualTo(Files.readAllBytes(raw));
    }
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(URI.create(server.url("d") + path))
        .header("x-kubevirt-export-token", server.token())
        .build();
  }

  private HttpClient client(Version version) {
    return HttpClient.newBuilder()
        .sslContext(Clients.trusting(server.caFile()))
        .version(version)
        .build();
  }

  private static HttpResponse.BodyHandler<byte[]> bytes() {
    return HttpResponse.BodyHandlers.ofByteArray();
  }

  private static HttpResponse.BodyHandler<String> text() {
    return HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8);
  }
}
