// SPDX-License-Identifier: Apache-2.0
package io.virtmover.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * What we make of every VirtualMachineBackup that the real controllers were recorded with: a line
 * per object, its states in order. {@code -Dgolden.rewrite=true} writes the lines anew; the
 * difference is to be reviewed.
 */
class RecordedLivesTest {
  private static final Path RECORDINGS = Path.of("../lab/src/test/resources/kubevirt-backup");
  private static final Path GOLDEN = Path.of("src/test/resources/golden/kubevirt-backup-lives.txt");
  private static final Pattern VERSION =
      Pattern.compile("(?m)^# t=\\S+ VMB (\\S+) (ADDED|MODIFIED)\\b.*$");
  private static final Pattern DOCUMENT_END = Pattern.compile("(?m)^---$");
  private static final YAMLMapper YAML = new YAMLMapper();

  @Test
  void everyRecordedBackup_isUnderstoodAsReviewed() throws IOException {
    // when
    var lines = new ArrayList<String>();
    for (var file : recordings()) {
      lives(file).forEach((name, states) -> lines.add(line(file, name, states)));
    }

    // then
    if (Boolean.getBoolean("golden.rewrite")) {
      Files.write(GOLDEN, lines);
    }
    assertThat(lines).isNotEmpty().containsExactlyElementsOf(Files.readAllLines(GOLDEN));
  }

  private static List<Path> recordings() throws IOException {
    try (var files = Files.walk(RECORDINGS)) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          .filter(file -> !file.endsWith("admission.yaml"))
          .sorted()
          .toList();
    }
  }

  private static String line(Path file, String name, List<String> states) {
    var scenario = RECORDINGS.relativize(file).toString().replace(".yaml", "");
    return "%s %s: %s".formatted(scenario, name, String.join(" > ", states));
  }

  /** The states of each backup of a recording; versions that change nothing for us are left out. */
  private static Map<String, List<String>> lives(Path file) throws IOException {
    var lives = new LinkedHashMap<String, List<String>>();
    var firsts = new LinkedHashMap<String, JsonNode>();
    for (var document : DOCUMENT_END.split(Files.readString(file), -1)) {
      var version = VERSION.matcher(document);
      if (version.find()) {
        var object = (ObjectNode) YAML.readTree(document.substring(version.start()));
        if (version.group(2).equals("ADDED")) {
          firsts.put(version.group(1), object.path("metadata").path("creationTimestamp"));
        }
        object.withObject("/metadata").set("creationTimestamp", firsts.get(version.group(1)));
        var states = lives.computeIfAbsent(version.group(1), _ -> new ArrayList<>());
        var said = said(VmBackup.read(object));
        if (states.isEmpty() || !states.getLast().equals(said)) {
          states.add(said);
        }
      }
    }
    return lives;
  }

  private static String said(VmBackup backup) {
    return switch (backup.state()) {
      case VmBackupState.Waiting waiting ->
          "waits" + waiting.why().map(" (%s)"::formatted).orElse("");
      case VmBackupState.Running _ -> "runs";
      case VmBackupState.PreparingExport _ -> "prepares its export";
      case VmBackupState.ExportReady _ -> "can be read";
      case VmBackupState.Aborting aborting -> "aborts (%s)".formatted(aborting.why());
      case VmBackupState.Completed completed ->
          "complete, %s%s%s"
              .formatted(
                  backup.isOwnResult() ? "its own" : "not its own",
                  backup.type().map(type -> ", " + type).orElse(", no type"),
                  completed.warning().map(" (%s)"::formatted).orElse(""));
      case VmBackupState.Failed failed -> "failed, " + failed.cause();
    };
  }
}
