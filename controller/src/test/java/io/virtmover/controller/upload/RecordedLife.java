// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.virtmover.domain.CheckpointName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What real controllers did with one VirtualMachineBackup, moment by moment.
 *
 * @param first the object as a client made it
 * @param base what the tracker said when it was made
 */
record RecordedLife(
    String scenario,
    String name,
    ObjectNode first,
    Optional<CheckpointName> base,
    List<Moment> moments) {
  /** Something changed, so long after the making. */
  record Moment(Duration after, Change change) {}

  sealed interface Change {
    /** The backup's next version. */
    record Backup(JsonNode object) implements Change {}

    /** The backup is not there any more. */
    record Gone() implements Change {}

    /** The next version of its export; empty when it is not there any more. */
    record Export(Optional<JsonNode> object) implements Change {}

    /** Its tracker is not there any more. */
    record TrackerGone() implements Change {}

    /** Its tracker is there again. */
    record TrackerThere() implements Change {}

    /** An event about a start that was refused. */
    record Refusal(String why) implements Change {}
  }

  private static final Path RECORDINGS = Path.of("../lab/src/test/resources/kubevirt-backup");
  private static final Pattern DOCUMENT_END = Pattern.compile("(?m)^---$");
  private static final Pattern HEADER =
      Pattern.compile(
          "(?m)^# t=\\+([0-9.]+)s (?:(VMB|VMBT|VMExport) (\\S+) (ADDED|MODIFIED|DELETED)|(Event on VirtualMachineInstance) )");
  private static final YAMLMapper YAML = new YAMLMapper();

  /** All of them. */
  static List<RecordedLife> all() throws IOException {
    var lives = new ArrayList<RecordedLife>();
    try (var files = Files.walk(RECORDINGS)) {
      for (var file :
          files
              .filter(file -> file.toString().endsWith(".yaml"))
              .filter(file -> !file.endsWith("admission.yaml"))
              .sorted()
              .toList()) {
        lives.addAll(new Recording(file).lives());
      }
    }
    return lives;
  }

  boolean isPull() {
    return first.path("spec").path("mode").asText().equals("Pull");
  }

  boolean isFullForced() {
    return first.path("spec").path("forceFullBackup").asBoolean();
  }

  /** One file. */
  private static final class Recording {
    private final Path file;
    private final Map<String, RecordedLife> lives = new LinkedHashMap<>();
    private final Map<String, Duration> begun = new LinkedHashMap<>();
    private Optional<CheckpointName> base = Optional.empty();

    Recording(Path file) {
      this.file = file;
    }

    List<RecordedLife> lives() throws IOException {
      for (var document : DOCUMENT_END.split(Files.readString(file), -1)) {
        var header = HEADER.matcher(document);
        while (header.find()) {
          var time = Duration.ofMillis(Math.round(Double.parseDouble(header.group(1)) * 1000));
          var isGone = "DELETED".equals(header.group(4));
          var object =
              isGone
                  ? Optional.<JsonNode>empty()
                  : Optional.of(YAML.readTree(document.substring(header.start())));
          if (header.group(5) == null) {
            changed(time, header.group(2), header.group(3), object);
          } else {
            object.ifPresent(event -> refused(time, event));
          }
        }
      }
      return List.copyOf(lives.values());
    }

    /** Each backup that lives then may be meant. */
    private void refused(Duration time, JsonNode event) {
      if (event.path("reason").asText().equals("BackupError")) {
        var why = event.path("message").asText();
        for (var name : lives.keySet()) {
          if (!(life(name).moments().getLast().change() instanceof Change.Gone)) {
            add(name, time, new Change.Refusal(why));
          }
        }
      }
    }

    private void changed(Duration time, String kind, String name, Optional<JsonNode> object) {
      switch (kind) {
        case "VMBT" -> {
          base =
              object
                  .map(found -> found.path("status").path("latestCheckpoint").path("name"))
                  .map(JsonNode::textValue)
                  .map(CheckpointName::new);
          Change change = object.isEmpty() ? new Change.TrackerGone() : new Change.TrackerThere();
          for (var life : lives.keySet()) {
            if (life(life).first().path("spec").path("source").path("name").asText().equals(name)) {
              add(life, time, change);
            }
          }
        }
        case "VMExport" -> {
          if (lives.containsKey(name)) {
            add(name, time, new Change.Export(object));
          }
        }
        default -> {
          object.ifPresent(
              found -> lives.computeIfAbsent(name, _ -> begin(name, time, (ObjectNode) found)));
          add(name, time, object.<Change>map(this::version).orElseGet(Change.Gone::new));
        }
      }
    }

    private RecordedLife begin(String name, Duration time, ObjectNode first) {
      begun.put(name, time);
      var scenario = RECORDINGS.relativize(file).toString().replace(".yaml", "");
      return new RecordedLife(scenario, name, first, base, new ArrayList<>());
    }

    /** Later versions leave out what never changes. */
    private Change version(JsonNode found) {
      var metadata = ((ObjectNode) found).withObject("/metadata");
      var first = life(metadata.path("name").asText()).first();
      metadata.set("creationTimestamp", first.path("metadata").path("creationTimestamp"));
      metadata.put("namespace", "ns1");
      return new Change.Backup(found);
    }

    private void add(String name, Duration time, Change change) {
      var begin = Objects.requireNonNull(begun.get(name));
      life(name).moments().add(new Moment(time.minus(begin), change));
    }

    private RecordedLife life(String name) {
      return Objects.requireNonNull(lives.get(name));
    }
  }
}
