// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.transfer.DiskOrigin;
import io.virtmover.transfer.DiskSize;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginWordsTest {
  private static final VolumeName DISK = new VolumeName("root");
  private static final DiskSize EXACTLY = new DiskSize.Exactly(512);

  @Test
  void aPath_isAPushedFile() {
    var file = OriginWords.of(DISK, "/backup/c:1/d.qcow2", Optional.empty());
    assertThat(file)
        .isEqualTo(new DiskOrigin.PushedFile(Path.of("/backup/c:1/d.qcow2"), OptionalLong.empty()));
    assertThat(file.mode()).isEqualTo("push");
  }

  @ParameterizedTest
  @CsvSource({"https://export.shop.svc/exports/root", "HTTPS://export.shop.svc/exports/root"})
  void anHttpsAddress_isAnExport(String address) {
    var export = OriginWords.of(DISK, address, Optional.of(EXACTLY));
    assertThat(export).isEqualTo(new DiskOrigin.Export(URI.create(address), EXACTLY));
    assertThat(export.mode()).isEqualTo("pull");
  }

  @Test
  void aFile_tellsItsSizeOrIsSaidToHaveIt() {
    assertThat(OriginWords.of(DISK, "/d", Optional.of(EXACTLY)))
        .isEqualTo(new DiskOrigin.PushedFile(Path.of("/d"), OptionalLong.of(512)));
    assertThatThrownBy(() -> OriginWords.of(DISK, "/d", Optional.of(new DiskSize.AtMost(512))))
        .hasMessage("Disk root: It is a file, which tells its size: leave out ,atMost=BYTES.");
  }

  @ParameterizedTest
  @CsvSource({
    "https://export.shop.svc/root, false, 'add ,size=BYTES'",
    "http://user:hush@export.shop.svc/root, true, https only",
    "file:///backup/d.qcow2, false, https only",
    "https://export .shop.svc/root?token=hush, true, is not an address",
    "'/backup/\u0000', false, is not the path of a file"
  })
  void whatIsNeither_isRefusedInWordsWithoutSecrets(String source, boolean isSized, String words) {
    assertThatThrownBy(
            () -> OriginWords.of(DISK, source, isSized ? Optional.of(EXACTLY) : Optional.empty()))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            e -> assertThat(e.kind()).isEqualTo(FailureKind.INVALID_REQUEST))
        .message()
        .contains(words.replace("'", ""))
        .doesNotContain("hush");
  }
}
