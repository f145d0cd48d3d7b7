// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.bench;

import io.virtmover.lab.export.ExportServer;
import io.virtmover.lab.export.IncrementMap;
import io.virtmover.lab.pki.LocalCertificate;
import io.virtmover.lab.qemu.LabVm;
import io.virtmover.lab.s3.VersityGateway;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Three S3 servers, with and without TLS and kept connections, and a VM with a large and a small
 * disk full of random bytes, pushed to a folder and exported. Both sides of a comparison use the
 * same. Says in a file where everything is, and runs until its standard input ends.
 */
public final class BenchBed {
  private static final int PIECE = 8 << 20;
  private static final long SEED = 1;

  private BenchBed() {}

  /**
   * Starts everything.
   *
   * @param args a folder, and bytes in the large disk
   */
  public static void main(String[] args) throws IOException {
    var folder = Path.of(args[0]);
    var disks =
        List.of(new LabVm.Disk("large", Long.parseLong(args[1])), new LabVm.Disk("small", PIECE));
    var certificate = LocalCertificate.create(Files.createDirectories(folder.resolve("pki")));
    try (var http = VersityGateway.startKeepingConnections(Optional.empty());
        var tls = VersityGateway.startKeepingConnections(Optional.of(certificate));
        var closing = VersityGateway.startTls(certificate);
        var vm = LabVm.create(folder.resolve("vm"), "db-01", 64 << 10, Clock.systemUTC(), disks)) {
      for (var disk : disks) {
        fill(vm.raw(disk.volume()), disk.size());
      }
      vm.start();
      var pushed = vm.push(folder.resolve("pvc"), "pushed", Optional.empty());
      try (var pull = vm.pull("pulled", Optional.empty());
          var exporter = ExportServer.start(pull, IncrementMap.MERGED)) {
        var words = new TreeMap<String, Object>();
        words.put("BUCKET", VersityGateway.BUCKET);
        Map.of("HTTP", http, "TLS", tls, "CLOSING", closing)
            .forEach(
                (name, server) -> {
                  words.put(name + "_ENDPOINT", server.endpoint());
                  words.put(name + "_CREDENTIALS", server.credentials());
                  words.put(name + "_DATA", server.bucketFolder());
                });
        words.put("CA", certificate.ca());
        words.put("LARGE", pushed.file("large"));
        words.put("LARGE_SIZE", disks.getFirst().size());
        words.put("SMALL", pushed.file("small"));
        words.put("EXPORT", exporter.url("large"));
        words.put("EXPORT_CA", exporter.caFile());
        words.put("EXPORT_TOKEN", exporter.tokenFile());
        say(folder.resolve("bed"), words);
        System.in.transferTo(OutputStream.nullOutputStream());
      }
    }
  }

  private static void fill(Path raw, long size) throws IOException {
    var random = new Random(SEED);
    var piece = new byte[PIECE];
    try (var out = Files.newOutputStream(raw, StandardOpenOption.WRITE)) {
      for (var at = 0L; at < size; at += PIECE) {
        random.nextBytes(piece);
        out.write(piece, 0, (int) Math.min(PIECE, size - at));
      }
    }
  }

  /** Shell assignments; the file is there when it is whole. */
  private static void say(Path file, Map<String, Object> words) throws IOException {
    var text =
        words.entrySet().stream()
            .map(word -> "%s='%s'\n".formatted(word.getKey(), word.getValue()))
            .collect(Collectors.joining());
    var unfinished = Files.writeString(file.resolveSibling("bed.unfinished"), text);
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
