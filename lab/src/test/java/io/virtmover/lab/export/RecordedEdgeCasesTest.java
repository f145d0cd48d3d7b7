// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.lab.qemu.LabVm;
import io.virtmover.lab.qemu.PullBackup;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Odd and wrong requests get the answers that were recorded from the real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecordedEdgeCasesTest {
  private static final String VOLUME = "vol0";

  private LabVm vm;
  private PullBackup pull;
  private ExportServer server;

  @BeforeAll
  void serveADiskWithAChangeAtItsStartAndItsEnd(@TempDir Path folder) {
    var disks = List.of(new LabVm.Disk(VOLUME, 1L << 30));
    vm = LabVm.create(folder.resolve("vm"), "vm", 256 << 10, Clock.systemUTC(), disks);
    vm.start();
    vm.addCheckpoint(VOLUME, "chk-0");
    vm.io(VOLUME, "write -P 0x55 1M 64K");
    vm.io(VOLUME, "write -P 0x58 1073737728 4K");
    pull = vm.pull("chk", Optional.of("chk-0"));
    server = ExportServer.start(pull, IncrementMap.MERGED);
  }

  @AfterAll
  void end() {
    server.close();
    pull.close();
    vm.close();
  }

  @TestFactory
  Stream<DynamicTest> everyOddRequest_isAnsweredAsRecordedOverHttp1() throws IOException {
    return cases("--http1.1", HttpClient.Version.HTTP_1_1);
  }

  @TestFactory
  Stream<DynamicTest> everyOddRequest_isAnsweredAsRecordedOverHttp2() throws IOException {
    return cases("--http2", HttpClient.Version.HTTP_2);
  }

  private Stream<DynamicTest> cases(String protocol, HttpClient.Version version)
      throws IOException {
    var recorded = RecordedAnswer.read(protocol);
    var requests = OddRequest.all(server.token());
    assertThat(requests).extracting(OddRequest::name).containsAll(recorded.keySet());
    return requests.stream()
        .map(
            request ->
                DynamicTest.dynamicTest(
                    request.name(),
                    () ->
                        assertThat(answer(request, version))
                            .isEqualTo(recorded.get(request.name()))));
  }

  private RecordedAnswer answer(OddRequest request, HttpClient.Version version)
      throws InterruptedException {
    var builder =
        HttpRequest.newBuilder(URI.create(origin() + request.path()))
            .method(request.method(), HttpRequest.BodyPublishers.noBody());
    request.headers().forEach(builder::header);
    try (var client =
        HttpClient.newBuilder()
            .sslContext(Clients.trusting(server.caFile()))
            .version(version)
            .build()) {
      var response = client.send(builder.build(), HttpResponse.BodyHandlers.ofByteArray());
      assertThat(response.version()).isEqualTo(version);
      var headers = RecordedAnswer.kept(response.headers());
      var isText = headers.containsKey("content-length");
      var text = isText ? new String(response.body(), StandardCharsets.UTF_8) : "";
      return new RecordedAnswer(response.statusCode(), headers, response.body().length, text);
    } catch (IOException e) {
      return new RecordedAnswer(0, Map.of(), -1, "");
    }
  }

  private String origin() {
    var url = server.url(VOLUME);
    return url.substring(0, url.indexOf("/exports/"));
  }
}
