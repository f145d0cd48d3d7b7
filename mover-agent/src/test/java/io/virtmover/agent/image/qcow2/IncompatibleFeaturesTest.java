// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IncompatibleFeaturesTest {
  @ParameterizedTest
  @CsvSource({
    "0000000000000000, '',          none",
    "0000000000000001, dirty,       none",
    "0000000000000002, corrupt,     none",
    "0000000000000004, external,    none",
    "0000000000000008, compression, none",
    "0000000000000010, extended,    none",
    "0000000000000020, '',          5",
    "8000000000000000, '',          63",
    "8000000000000400, '',          10",
    "000000000000001f, dirty corrupt external compression extended, none",
    "ffffffffffffffff, dirty corrupt external compression extended, 5",
  })
  void everyBit_hasItsMeaning(String raw, String known, String unknown) {
    // given
    var header = ByteBuffer.allocate(HeaderField.V3_END);
    header.putLong(HeaderField.INCOMPATIBLE_FEATURES, Long.parseUnsignedLong(raw, 16));

    // when
    var features = IncompatibleFeatures.in(header);

    // then
    var flags = new LinkedHashMap<String, Boolean>();
    flags.put("dirty", features.isDirty());
    flags.put("corrupt", features.isCorrupt());
    flags.put("external", features.hasExternalData());
    flags.put("compression", features.hasCompressionType());
    flags.put("extended", features.hasExtendedL2());
    assertThat(
            String.join(
                " ",
                flags.entrySet().stream()
                    .filter(Map.Entry::getValue)
                    .map(Map.Entry::getKey)
                    .toList()))
        .isEqualTo(known);
    assertThat(features.unknown().isPresent() ? "" + features.unknown().getAsInt() : "none")
        .isEqualTo(unknown);
  }
}
