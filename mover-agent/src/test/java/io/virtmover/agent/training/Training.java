// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.training;

import io.virtmover.agent.image.Geometry;
import io.virtmover.agent.image.extents.ExtentsWriter;
import io.virtmover.agent.image.qcow2.Qcow2StreamWriter;
import io.virtmover.tls.LoopbackCertificate;
import io.virtmover.training.TrainingFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Makes the AOT cache of the program: has it back up one pushed and one pulled disk, as in a pod,
 * over TLS, to servers in this process.
 */
public final class Training {
  private static final int CLUSTER_BITS = 16;
  private static final long SIZE = 512L << 20;
  private static final int BLOCK = 1 << 20;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private Training() {}

  /**
   * Runs the words, with those of a mover pod behind them, and ends with exit code 0 if that did
   * and its JVM has written what it was to write.
   *
   * @param args the program: a JVM that writes an AOT cache, or the configuration of one, its
   *     options, the jar
   */
  public static void main(String[] args)
      throws IOException, GeneralSecurityException, InterruptedException {
    System.exit(run(List.of(args), Files.createTempDirectory("virtmover-training")));
  }

  private static int run(List<String> program, Path folder)
      throws IOException, GeneralSecurityException, InterruptedException {
    var block = new byte[BLOCK];
    new Random(1).nextBytes(block);
    var log = folder.resolve("program.log");
    try (var servers = TrainingServers.start(LoopbackCertificate.context(), block, SIZE)) {
      var words = new ArrayList<>(program);
      var request = TrainingRequest.write(folder, servers, image(folder, block), SIZE);
      words.addAll(List.of("run", "--request", request.toString(), "--json"));
      Files.deleteIfExists(TrainingFiles.output(program));
      var process =
          new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile()).start();
      if (process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)
          && process.exitValue() == 0
          && Files.exists(TrainingFiles.output(program))) {
        return 0;
      }
      process.destroyForcibly();
      System.err.printf("No AOT cache was made; the program said:%n%s%n", Files.readString(log));
      return 1;
    } finally {
      TrainingFiles.delete(folder);
    }
  }

  /** A disk as KubeVirt pushes it. */
  private static Path image(Path folder, byte[] block) throws IOException {
    var geometry = new Geometry(SIZE, CLUSTER_BITS);
    var file = folder.resolve("pushed.qcow2");
    try (var out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      var writer =
          new Qcow2StreamWriter(
              geometry,
              Optional.empty(),
              bytes -> append(out, bytes),
              new ExtentsWriter(geometry, _ -> {}));
      var bytes = ByteBuffer.wrap(block);
      for (var cluster = 0L; cluster < geometry.clusters(); cluster++) {
        var from = (int) (cluster % (BLOCK >> CLUSTER_BITS)) << CLUSTER_BITS;
        writer.data(cluster, bytes.slice(from, geometry.clusterSize()));
      }
      out.write(writer.finish(() -> ByteBuffer.allocate(32)).header(), 0);
    }
    return file;
  }

  private static void append(FileChannel out, ByteBuffer bytes) {
    try {
      out.write(bytes.duplicate(), out.size());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
