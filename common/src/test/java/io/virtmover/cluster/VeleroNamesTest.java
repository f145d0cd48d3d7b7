// SPDX-License-Identifier: Apache-2.0
package io.virtmover.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.domain.Sha256;
import org.junit.jupiter.api.Test;

class VeleroNamesTest {
  @Test
  void shouldKeepALabelThatFits() {
    // given
    var text = "x".repeat(63);

    // when
    var label = VeleroNames.label(text);

    // then
    assertThat(label).isEqualTo(text);
  }

  @Test
  void shouldShortenALabelAsVeleroDoes() {
    // given
    var text = "x".repeat(64);

    // when
    var label = VeleroNames.label(text);

    // then
    assertThat(label).isEqualTo("x".repeat(57) + Sha256.hex(text).substring(0, 6));
  }

  @Test
  void shouldNameAnObjectByItsWordsAndItsIdentity() {
    // when
    var name = VeleroNames.object("du", "uid/shop/db", "nightly", "shop", "db");

    // then
    assertThat(name).isEqualTo("du-nightly-shop-db-" + Sha256.hex("uid/shop/db").substring(0, 8));
  }

  @Test
  void shouldCutTheWordsOfALongNameAndKeepItsIdentity() {
    // given
    var word = "x".repeat(240) + ".-";

    // when
    var name = VeleroNames.object("du", "uid", word, "db");

    // then
    assertThat(name)
        .hasSizeLessThanOrEqualTo(253)
        .endsWith("x-" + Sha256.hex("uid").substring(0, 8));
  }
}
