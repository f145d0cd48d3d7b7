// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.bench;

import io.virtmover.lab.pki.LocalCertificate;
import io.virtmover.lab.programs.LabPrograms;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How each program reaches the store: the same server, no settings of the user's own. */
final class Clients {
  static final String OURS = "VirtMover";

  /** Where VirtMover's objects lie. */
  static final String PREFIX = "ours";

  static final String VM = "bench/db-01";

  private static final String REGION = "us-east-1";

  private final BenchStore store;
  private final LocalCertificate certificate;
  private final String virtmover = LabPrograms.script("bin/virtmover").toString();
  private final Path aws;

  Clients(BenchStore store, LocalCertificate certificate, Path aws) {
    this.store = store;
    this.certificate = certificate;
    this.aws = aws;
  }

  /**
   * Words for a full.
   *
   * @param name of the backup and of its checkpoint
   * @param disks words for its disks
   */
  static List<String> full(String name, List<String> disks) {
    var words = new ArrayList<>(List.of("--backup", name, "--checkpoint", name, "--type", "full"));
    words.addAll(disks);
    return words;
  }

  /** A command of VirtMover's. */
  Contender ours(BenchStore.Way way, String command, String... words) {
    return oursOf(VM, way, command, words);
  }

  /** A command of VirtMover's for another VM. */
  Contender oursOf(String vm, BenchStore.Way way, String command, String... words) {
    var line = new ArrayList<>(List.of(virtmover, command));
    line.addAll(List.of("--bucket", BenchStore.BUCKET, "--prefix", PREFIX, "--region", REGION));
    line.addAll(List.of("--path-style", "--endpoint", store.endpoint(way).toString()));
    line.addAll(List.of("--credentials", store.credentials().toString()));
    if (way != BenchStore.Way.HTTP) {
      line.addAll(List.of("--ca", certificate.ca().toString()));
    }
    line.addAll(List.of("--vm", vm));
    line.addAll(List.of(words));
    return new Contender(OURS, line, Map.of());
  }

  /** A line of the shell in which {@code $aws} is the AWS command line with its settings. */
  Contender aws(String name, BenchStore.Way way, String line) {
    var environment = new HashMap<String, String>();
    environment.put("aws", "%s --endpoint-url %s".formatted(aws, store.endpoint(way)));
    environment.put("AWS_CONFIG_FILE", "/dev/null");
    environment.put("AWS_SHARED_CREDENTIALS_FILE", store.credentials().toString());
    environment.put("AWS_DEFAULT_REGION", REGION);
    environment.put("AWS_CA_BUNDLE", certificate.ca().toString());
    return Contender.line(name, line, environment);
  }

  /** A line of the shell in which {@code rclone} finds the store as {@code bench:}. */
  Contender rclone(String name, BenchStore.Way way, String line) {
    var environment = new HashMap<String, String>();
    environment.put("RCLONE_CONFIG", "/dev/null");
    environment.put("RCLONE_CONFIG_BENCH_TYPE", "s3");
    environment.put("RCLONE_CONFIG_BENCH_PROVIDER", "Other");
    environment.put("RCLONE_CONFIG_BENCH_ACCESS_KEY_ID", "bench");
    environment.put("RCLONE_CONFIG_BENCH_SECRET_ACCESS_KEY", "bench");
    environment.put("RCLONE_CONFIG_BENCH_REGION", REGION);
    environment.put("RCLONE_CONFIG_BENCH_ENDPOINT", store.endpoint(way).toString());
    environment.put("RCLONE_CONFIG_BENCH_NO_CHECK_BUCKET", "true");
    environment.put("RCLONE_S3_CHUNK_SIZE", "16M");
    environment.put("RCLONE_CA_CERT", certificate.ca().toString());
    return Contender.line(name, line, environment);
  }
}
