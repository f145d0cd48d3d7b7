// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.image.qcow2.QemuImg;
import io.virtmover.lab.pki.LocalCertificate;
import io.virtmover.lab.s3.VersityGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a mover pod runs: a request file, a location manifest, TLS, a result file. */
class RequestTest {
  @TempDir private Path folder;

  @Test
  void aRequest_isCarriedOutOverTlsAndAnsweredInTheResultFile() throws IOException {
    // given
    var certificate = LocalCertificate.create(Files.createDirectories(folder.resolve("tls")));
    try (var s3 = VersityGateway.startTls(certificate)) {
      var image = folder.resolve("d.qcow2");
      QemuImg.run("qemu-img", "create", "-f", "qcow2", image.toString(), "16M");
      QemuImg.io(image, "write -P 0x42 1M 4M");
      var location = location(s3, certificate.caPem());
      var result = folder.resolve("result.json");

      // when
      var backup =
          run(
              location,
              s3,
              """
              "backup": {"backup": "b1", "checkpoint": "c1", "vmUid": "u-1",
                "disks": [{"volume": "d", "file": {"path": "%s"}, "pvc": "db-01-d", "pvcUid": "u"}]},
              "resultFile": "%s"
              """
                  .formatted(image, result));

      // then
      assertThat(backup.report().path("checkpoint").asText()).isEqualTo("c1");
      assertThat(Files.readString(result)).contains("\"outcome\":\"Completed\"", "\"id\":\"a-1\"");

      // when, then
      var target = folder.resolve("restored");
      run(
              location,
              s3,
              """
              "restore": {"backup": "b1", "volume": "d", "target": "%s"}
              """
                  .formatted(target))
          .report();
      var raw = folder.resolve("raw");
      QemuImg.toRaw(image, raw);
      assertThat(Files.mismatch(raw, target)).isEqualTo(-1);
      assertThat(run(location, s3, "\"verify\": {}").report().path("images").asInt()).isEqualTo(1);

      // when, then: another authority
      var other = LocalCertificate.create(Files.createDirectories(folder.resolve("other")));
      var ended = run(location(s3, other.caPem()), s3, "\"verify\": {}");
      assertThat(ended.exitCode()).as(ended.err()).isEqualTo(4);
      ended.assertOneClearLine("caCert");
    }
  }

  private VirtMover.Ended run(Path location, VersityGateway s3, String task) throws IOException {
    return MountedRequest.run(folder, location, s3, task);
  }

  private Path location(VersityGateway s3, String pem) throws IOException {
    return MountedRequest.location(folder, s3, Optional.of(pem));
  }
}
