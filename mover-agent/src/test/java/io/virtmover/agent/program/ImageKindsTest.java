// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.image.qcow2.EveryEntryKind;
import io.virtmover.agent.image.qcow2.QemuImg;
import io.virtmover.lab.s3.VersityGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pushed files of both versions and both compressions come back equal. */
class ImageKindsTest {
  @TempDir private Path folder;

  static Stream<EveryEntryKind> kinds() {
    return Stream.of(9, 16).flatMap(EveryEntryKind::withClusters);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aPushedChain_comesBackEqual(EveryEntryKind kinds) throws IOException {
    try (var s3 = VersityGateway.start()) {
      // given
      var full = kinds.create(folder, "full.qcow2");
      var increment = kinds.createOn(full, folder, "increment.qcow2");
      var virtmover = VirtMover.on(s3);

      // when
      virtmover.backup("b0", "c0", "full", full).report();
      virtmover.backup("b1", "c1", "incremental", increment, "--parent", "c0").report();

      // then
      assertThat(virtmover.run("verify", "--vm", "shop/db-01").report().path("damages")).isEmpty();
      assertRestores(virtmover, "b0", full);
      assertRestores(virtmover, "b1", increment);
    }
  }

  private void assertRestores(VirtMover virtmover, String backup, Path image) throws IOException {
    var wanted = folder.resolve("wanted.raw");
    QemuImg.toRaw(image, wanted);
    for (var engine : new String[] {"native", "qemu-img"}) {
      var target = folder.resolve("restored.raw");
      virtmover.restore(backup, "d", target, "--engine", engine).report();
      assertThat(Files.mismatch(target, wanted)).as("%s with %s", backup, engine).isEqualTo(-1);
      Files.delete(target);
    }
  }
}
