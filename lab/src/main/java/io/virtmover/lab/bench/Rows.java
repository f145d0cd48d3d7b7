// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.bench;

import io.virtmover.lab.bench.BenchStore.Way;
import io.virtmover.lab.qemu.LabVm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** All comparisons there are; what each is for is in docs/performance.md. */
final class Rows {
  /** All that there are. */
  static final List<String> NAMES =
      List.of(
          "push-http",
          "push-tls",
          "dense-tls",
          "pull-http",
          "pull-tls",
          "slow-pull-tls",
          "increment-tls",
          "unchanged-tls",
          "small-tls",
          "restore-http",
          "restore-tls",
          "verify-tls",
          "far-tls");

  private static final String PEERS_CHAIN = "s3://bench/peer/";

  private final BenchDisks disks;
  private final Clients clients;
  private final MeasuredProgram programs;
  private final Checks checks;

  Rows(BenchDisks disks, Clients clients, MeasuredProgram programs, Checks checks) {
    this.disks = disks;
    this.clients = clients;
    this.programs = programs;
    this.checks = checks;
  }

  /** The row of a name. */
  Row of(String name) {
    var way = name.endsWith("-http") ? Way.HTTP : Way.TLS;
    return switch (name) {
      case "push-http", "push-tls" ->
          push(
              name,
              "a full that KubeVirt pushed to a claim",
              way,
              BenchDisks.LARGE,
              disks.fullHash());
      case "dense-tls" ->
          push(name, "the push of a disk without zeros", way, BenchDisks.DENSE, disks.denseHash());
      case "pull-http", "pull-tls" ->
          pull(name, "a full from the exporter of a running VM", way, Duration.ZERO);
      case "slow-pull-tls" ->
          pull(name, "the pull, 1 ms more for each 256 KiB", way, Duration.ofMillis(1));
      case "restore-http", "restore-tls" -> restore(name, way);
      case "increment-tls" ->
          increment(
              name, "an increment, a 32nd of the data changed", disks.changed(), disks.lastHash());
      case "unchanged-tls" ->
          increment(name, "an increment without a change", disks.unchanged(), disks.chainHash());
      case "verify-tls" -> verify();
      case "small-tls" -> small();
      case "far-tls" ->
          push(
              name,
              "the push, 50 ms away, 90 MB/s a connection",
              Way.FAR,
              BenchDisks.LARGE,
              disks.fullHash());
      default -> throw new IllegalArgumentException(name);
    };
  }

  private Row push(String name, String words, Way way, String volume, String hash) {
    var point = disks.chain().getFirst();
    var file = point.file(volume);
    return Row.comparison(
        name,
        words,
        () -> {},
        List.of(
            full(way, file).checked(() -> isBackedUp(point, hash)),
            uploading("aws s3 cp", way, file),
            clients
                .rclone(
                    "rclone copyto", way, "rclone copyto %s bench:bench/peer/disk".formatted(file))
                .checked(() -> checks.came(file))));
  }

  private Contender uploading(String name, Way way, Path file) {
    return clients
        .aws(name, way, "$aws s3 cp --quiet %s s3://bench/peer/disk".formatted(file))
        .checked(() -> checks.came(file));
  }

  private Contender full(Way way, Path file) {
    return clients.ours(way, "backup", backup(disks.chain().getFirst(), "full", file.toString()));
  }

  private static String[] backup(LabVm.Backup point, String type, String source, String... more) {
    var words = new ArrayList<>(List.of("--backup", point.vmBackup(), "--type", type, "--json"));
    words.addAll(List.of("--checkpoint", point.checkpoint(), "--disk", "large=" + source));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private Row pull(String name, String words, Way way, Duration latency) {
    var exporter = disks.exporter();
    var url = exporter.url(BenchDisks.LARGE);
    var size = disks.size();
    var point = new LabVm.Backup("pulled", "pulled", disks.chain().getFirst().files());
    var command = Clients.full("pulled", disks.exported());
    command.add("--json");
    var ours = clients.ours(way, "backup", command.toArray(String[]::new));
    var stream =
        "curl -sS --fail --cacert %s -H \"x-kubevirt-export-token: $(cat %s)\" '%s/data?offset=0&length=%d'"
            .formatted(exporter.caFile(), exporter.tokenFile(), url, size);
    return Row.comparison(
        name,
        words,
        () -> exporter.faults().latency(latency),
        List.of(
            ours.checked(() -> isBackedUp(point, disks.lastHash())),
            clients
                .aws(
                    "curl into aws s3 cp",
                    way,
                    "%s | $aws s3 cp --quiet --expected-size %d - s3://bench/peer/disk"
                        .formatted(stream, size))
                .checked(() -> checks.came(size)),
            clients
                .aws(
                    "qemu-img convert, aws s3 cp",
                    way,
                    ("qemu-img convert -W -m16 -f raw -O qcow2 %s $TMPDIR/disk.qcow2"
                            + " && $aws s3 cp --quiet $TMPDIR/disk.qcow2 s3://bench/peer/disk")
                        .formatted(disks.raw()))
                .checked(() -> checks.came(programs.scratch().resolve("disk.qcow2")))));
  }

  private Row increment(String name, String words, LabVm.Backup point, String hash) {
    var file = point.file(BenchDisks.LARGE);
    var parent = disks.chain().getLast().checkpoint();
    return Row.comparison(
        name,
        words,
        this::backUpChain,
        List.of(
            clients
                .ours(
                    Way.TLS,
                    "backup",
                    backup(point, "incremental", file.toString(), "--parent", parent))
                .checked(() -> isBackedUp(point, hash)),
            Contender.line(
                "reading the disk whole (openssl dgst)",
                "openssl dgst -sha256 %s".formatted(disks.raw()),
                Map.of()),
            uploading("aws s3 cp of the increment", Way.TLS, file)));
  }

  private Row restore(String name, Way way) {
    var last = disks.chain().getLast();
    var target = programs.target();
    var convert =
        ("cd $TMPDIR; for n in $(seq 1 %d); do qemu-img rebase -u -F qcow2 -b $((n - 1)).qcow2 $n.qcow2; done;"
                + " truncate -s %d %s; qemu-img convert -W -m16 -n --target-is-zero -O raw %d.qcow2 %s")
            .formatted(BenchDisks.INCREMENTS, disks.size(), target, BenchDisks.INCREMENTS, target);
    Runnable isTheDisk = () -> checks.target(disks.chainHash());
    return Row.comparison(
        name,
        "a disk from a full and %d increments".formatted(BenchDisks.INCREMENTS),
        () -> {
          backUpChain();
          uploadPeersChain();
        },
        List.of(
            restoring(way, last)
                .checked(
                    () -> {
                      isTheDisk.run();
                      checks.damageIsFound(restoring(way, last));
                    }),
            clients
                .aws(
                    "aws s3 cp --recursive, rebase, convert",
                    way,
                    "$aws s3 cp --quiet --recursive %s $TMPDIR/; %s"
                        .formatted(PEERS_CHAIN, convert))
                .checked(isTheDisk),
            clients
                .rclone(
                    "rclone copy, rebase, convert",
                    way,
                    "rclone copy --transfers 10 bench:bench/peer $TMPDIR; " + convert)
                .checked(isTheDisk)));
  }

  private Contender restoring(Way way, LabVm.Backup point) {
    return checks.restoring(Clients.VM, way, point.vmBackup(), BenchDisks.LARGE);
  }

  private void isBackedUp(LabVm.Backup point, String hash) {
    checks.restored(Clients.VM, point.vmBackup(), BenchDisks.LARGE, hash);
  }

  private Row verify() {
    return Row.comparison(
        "verify-tls",
        "checking that full and increments are whole",
        this::backUpChain,
        List.of(
            clients.ours(Way.TLS, "verify").checked(() -> checks.damageIsFound(Clients.VM)),
            clients
                .rclone(
                    "rclone hashsum of the same objects",
                    Way.TLS,
                    "rclone hashsum sha256 --download bench:bench")
                .checked(() -> checks.went(disks.size() / BenchDisks.SPARSENESS))));
  }

  private Row small() {
    var point = disks.chain().getFirst();
    var file = point.file(BenchDisks.SMALL);
    return Row.comparison(
        "small-tls",
        "a full of 8 MiB: start and end of a run",
        () -> {},
        List.of(
            full(Way.TLS, file).checked(() -> isBackedUp(point, disks.smallHash())),
            uploading("aws s3 cp", Way.TLS, file)));
  }

  private void backUpChain() {
    var chain = disks.chain();
    var _ = programs.run(full(Way.TLS, chain.getFirst().file(BenchDisks.LARGE)));
    for (var number = 1; number < chain.size(); number++) {
      var point = chain.get(number);
      var _ =
          programs.run(
              clients.ours(
                  Way.TLS,
                  "backup",
                  backup(
                      point,
                      "incremental",
                      point.file(BenchDisks.LARGE).toString(),
                      "--parent",
                      chain.get(number - 1).checkpoint())));
    }
  }

  private void uploadPeersChain() {
    var lines =
        IntStream.range(0, disks.chain().size())
            .mapToObj(
                number ->
                    "$aws s3 cp --quiet %s %s%d.qcow2"
                        .formatted(
                            disks.chain().get(number).file(BenchDisks.LARGE), PEERS_CHAIN, number))
            .toList();
    var _ = programs.run(clients.aws("peer", Way.TLS, String.join("; ", lines)));
  }
}
