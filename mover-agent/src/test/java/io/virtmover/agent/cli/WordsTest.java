// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.VirtMoverException;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "512, 512",
    "1K, 1024",
    "64Mi, 67108864",
    "2Gi, 2147483648",
    "2GiB, 2147483648",
    "8T, 8796093022208"
  })
  void shouldReadSizes(String text, long bytes) {
    assertThat(Words.bytes(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "-1", "1.5G", "1 G", "9999999999999999999", "9999999T", "1k"})
  void shouldRefuseOtherSizes(String text) {
    assertThatThrownBy(() -> Words.bytes(text)).isInstanceOf(VirtMoverException.class);
  }

  @Test
  void shouldReadADiskWithCommasAndEqualsInItsSource() {
    // when
    var disk = Words.disk("data disk=/a,b=c/d.qcow2,pvc=claim,size=1Mi");

    // then
    assertThat(disk.volume().value()).isEqualTo("data disk");
    assertThat(disk.source()).isEqualTo("/a,b=c/d.qcow2");
    assertThat(disk.pvc()).hasValue("claim");
    assertThat(disk.size()).isEqualTo(OptionalLong.of(1 << 20));
  }
}
