// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.extents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.image.BufferReader;
import io.virtmover.agent.image.Geometry;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class LaterVersionTest {
  private static final int VERSION_FIELD = 8;

  @Test
  void aLaterVersion_isUnsupportedAndNoDamage() {
    // given
    var bytes = ByteBuffer.allocate(4096);
    new ExtentsWriter(new Geometry(1 << 20, 16), bytes::put)
        .finish(false, 1 << 20, 0, 0, 0, ByteBuffer.allocate(32));
    var footer = bytes.position() - ExtentsFormat.FOOTER_LENGTH;
    bytes.putInt(footer + VERSION_FIELD, 2);
    var crc = new CRC32C();
    crc.update(bytes.slice(footer, ExtentsFormat.FOOTER_LENGTH - Integer.BYTES));
    bytes.putInt(bytes.position() - Integer.BYTES, (int) crc.getValue());

    // then
    assertThatThrownBy(() -> Extents.open(new BufferReader("x.extents", bytes.flip())))
        .isInstanceOfSatisfying(
            VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.UNSUPPORTED))
        .hasMessageContaining("x.extents has format version 2, this program knows 1");
  }
}
