// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.image.qcow2.QemuImg;
import io.virtmover.lab.qemu.DiskHash;
import io.virtmover.lab.s3.FaultProxy;
import io.virtmover.lab.s3.VersityGateway;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Random;

/**
 * What a backup under faults needs: a real server behind a proxy that can break things, the program
 * that goes through it, and a pushed disk of random bytes.
 */
record FaultBed(
    VersityGateway s3, FaultProxy proxy, VirtMover virtmover, Path image, Path raw, long size)
    implements AutoCloseable {
  private static final int PIECE = 1 << 20;

  /**
   * Makes one.
   *
   * @param data random bytes in it, in pieces of 1 MiB with as much room between as there is
   */
  static FaultBed make(Path folder, long size, long data) throws IOException {
    var raw = folder.resolve("disk.raw");
    var image = folder.resolve("disk.qcow2");
    fill(raw, size, data);
    QemuImg.run(
        "qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw.toString(), image.toString());
    var s3 = VersityGateway.start();
    var proxy = FaultProxy.before(s3.endpoint());
    return new FaultBed(s3, proxy, VirtMover.on(s3, proxy.endpoint()), image, raw, size);
  }

  private static void fill(Path raw, long size, long data) throws IOException {
    var random = new Random(7);
    var piece = new byte[PIECE];
    try (var file = new RandomAccessFile(raw.toFile(), "rw")) {
      file.setLength(size);
      for (var at = 0L; at < data; at += PIECE) {
        random.nextBytes(piece);
        file.seek(at * (size / data));
        file.write(piece);
      }
    }
  }

  /** Fails unless a restored disk is the one that was backed up. */
  void assertRestored(Path target) {
    assertThat(DiskHash.sha256(target, size)).isEqualTo(DiskHash.sha256(raw, size));
  }

  @Override
  public void close() {
    proxy.close();
    s3.close();
  }
}
