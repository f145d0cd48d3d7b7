// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.transfer.DiskOrigin;
import java.net.URI;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginWordsTest {
  private static final VolumeName DISK = new VolumeName("root");

  @Test
  void aPath_isAPushedFile() {
    var file = OriginWords.of(DISK, "/backup/c:1/d.qcow2", OptionalLong.empty());
    assertThat(file)
        .isEqualTo(new DiskOrigin.PushedFile(Path.of("/backup/c:1/d.qcow2"), OptionalLong.empty()));
    assertThat(file.mode()).isEqualTo("push");
  }

  @ParameterizedTest
  @CsvSource({"https://export.shop.svc/exports/root", "HTTPS://export.shop.svc/exports/root"})
  void anHttpsAddress_isAnExport(String address) {
    var export = OriginWords.of(DISK, address, OptionalLong.of(512));
    assertThat(export).isEqualTo(new DiskOrigin.Export(URI.create(address), 512));
    assertThat(export.mode()).isEqualTo("pull");
  }

  @ParameterizedTest
  @CsvSource({
    "https://export.shop.svc/root, -1, 'add ,size=BYTES'",
    "https://export.shop.svc/root, 0, 0 bytes or less",
    "/backup/d.qcow2, 0, 0 bytes or less",
    "http://user:hush@export.shop.svc/root, 1, https only",
    "file:///backup/d.qcow2, -1, https only",
    "https://export .shop.svc/root?token=hush, 1, is not an address",
    "'/backup/\u0000', -1, is not the path of a file"
  })
  void whatIsNeither_isRefusedInWordsWithoutSecrets(String source, long size, String words) {
    assertThatThrownBy(
            () ->
                OriginWords.of(
                    DISK, source, size < 0 ? OptionalLong.empty() : OptionalLong.of(size)))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            e -> assertThat(e.kind()).isEqualTo(FailureKind.INVALID_REQUEST))
        .message()
        .contains(words.replace("'", ""))
        .doesNotContain("hush");
  }
}
