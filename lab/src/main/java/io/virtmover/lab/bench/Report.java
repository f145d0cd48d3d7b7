// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured, as Markdown for people, JSON for programs, and a picture. */
record Report(Settings settings, List<Result> results) {
  /** What holds for all rows. */
  record Settings(
      String machine,
      List<String> versions,
      int mebibytes,
      int rounds,
      boolean cold,
      Map<String, Double> calibration) {
    /** Fewer rounds are no comparison. */
    boolean isEnough() {
      return rounds >= LEAST_ROUNDS;
    }
  }

  /** A row: ours first, then the peers; of a line its points. */
  record Result(String name, String words, boolean isLine, List<Series> series) {
    Series ours() {
      return series.getFirst();
    }

    List<Series> peers() {
      return series.subList(1, series.size());
    }

    /** Ours to a peer's, below 1 where ours is faster; a point of a line to its first. */
    double ratio(Series peer) {
      var ours = ours().wall().median();
      return isLine ? peer.wall().median() / ours : ours / peer.wall().median();
    }

    boolean isSteady() {
      return series.stream().allMatch(each -> each.wall().isSteady());
    }
  }

  private static final double MIB = 1 << 20;
  private static final int LEAST_ROUNDS = 3;

  /** Writes {@code report.md}, {@code report.json} and {@code report.svg}. */
  void write(Path folder) throws IOException {
    Files.writeString(folder.resolve("report.md"), markdown());
    Files.writeString(folder.resolve("report.svg"), new BarPicture(results).svg());
    new ObjectMapper()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .writeValue(folder.resolve("report.json").toFile(), json());
  }

  private Map<String, Object> json() {
    var rows = new ArrayList<Map<String, Object>>();
    for (var result : results) {
      var contenders = new ArrayList<Map<String, Object>>();
      for (var series : result.series()) {
        contenders.add(
            Map.of(
                "name",
                series.name(),
                "wall",
                series.wall(),
                "cpu",
                series.cpu(),
                "steady",
                series.wall().isSteady(),
                "rounds",
                series.rounds()));
      }
      var row = new LinkedHashMap<String, Object>();
      row.put("name", result.name());
      row.put("words", result.words());
      row.put("line", result.isLine());
      row.put("contenders", contenders);
      rows.add(row);
    }
    var all = new LinkedHashMap<String, Object>();
    all.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    all.put("settings", settings);
    all.put("rows", rows);
    return all;
  }

  String markdown() {
    var text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s: %s. Disk of %d MiB with %d MiB of random bytes in runs of 1 to 8 MiB; %d rounds%s; disks and store in"
                + " memory, servers on the same cores.\n\n",
            Instant.now().toString().substring(0, 10),
            settings.machine(),
            BenchDisks.SPARSENESS * settings.mebibytes(),
            settings.mebibytes(),
            settings.rounds(),
            settings.cold() ? ", each with cold programs" : ""));
    text.append(String.join("; ", settings.versions())).append(".\n\n");
    text.append("| calibration | GB/s |\n| --- | --- |\n");
    settings
        .calibration()
        .forEach(
            (what, rate) -> text.append(String.format(Locale.ROOT, "| %s | %.2f |\n", what, rate)));
    text.append(
        "\nWall and CPU seconds of the client: medians (least–most). Ratio: VirtMover's time to the peer's; a point of a line to its first. Memory:"
            + " anonymous, at most. Store: requests, bytes in and out.\n\n");
    text.append(
        "| row | by | wall | ratio | CPU | memory MiB | scratch MiB | requests | MiB in | MiB out | |\n");
    text.append("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for (var result : results) {
      text.append(line(result, result.ours(), result.name(), ""));
      for (var peer : result.peers()) {
        text.append(
            line(result, peer, "", String.format(Locale.ROOT, "**%.2f**", result.ratio(peer))));
      }
    }
    text.append('\n');
    results.forEach(
        result ->
            text.append(String.format(Locale.ROOT, "- `%s`: %s\n", result.name(), result.words())));
    return text.toString();
  }

  private String line(Result result, Series series, String name, String ratio) {
    var wall = series.wall();
    var last = series.rounds().getLast();
    return String.format(
        Locale.ROOT,
        "| %s | %s | %.2f (%.2f–%.2f) | %s | %.2f | %.0f | %.0f | %d | %.1f | %.1f | %s |\n",
        name.isEmpty() ? "" : "`" + name + "`",
        series.name(),
        wall.median(),
        wall.least(),
        wall.most(),
        // A comparison with something unsteady is no figure.
        settings.isEnough() && result.ours().wall().isSteady() && wall.isSteady() ? ratio : "",
        series.cpu().median(),
        series.figure(Measurement::memory).most() / MIB,
        series.figure(Measurement::scratch).most() / MIB,
        last.store().requests(),
        last.store().bodyIn() / MIB,
        last.store().bodyOut() / MIB,
        wall.isSteady() ? "" : "unsteady");
  }
}
