// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.virtmover.lab.kubevirt.Fault;
import io.virtmover.lab.kubevirt.api.GoDuration;
import io.virtmover.lab.kubevirt.golden.Entry.Action;
import io.virtmover.lab.kubevirt.golden.Entry.Change;
import io.virtmover.lab.kubevirt.golden.Entry.Rest;
import io.virtmover.lab.kubevirt.golden.Entry.Told;
import io.virtmover.lab.kubevirt.golden.Entry.Version;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Plays the client, the VM's side and the kubelet of a recording. Each step waits until the
 * controllers have written everything they had written before that step in the recording, and where
 * the recording shows a pause, until they have come to rest.
 */
final class Player {
  private static final Duration WITHIN = Duration.ofSeconds(20);
  private static final Duration AFTER_TTL = Duration.ofMillis(200);

  private final RecordedScenario scenario;
  private final Normaliser recordedNames;
  private final LiveLog log;
  private final PlayedLauncher launcher;
  private final PlayedObjects objects;
  private final Fence fence;
  private final HeldClock clock;
  private Optional<Version> instance = Optional.empty();
  private Map<String, Object> lastBackup = Map.of();
  private String lastAction = "";
  private int restedAt = -1;

  Player(
      RecordedScenario scenario,
      Normaliser recordedNames,
      LiveLog log,
      PlayedLauncher launcher,
      PlayedObjects objects,
      Fence fence,
      HeldClock clock) {
    this.scenario = scenario;
    this.recordedNames = recordedNames;
    this.log = log;
    this.launcher = launcher;
    this.objects = objects;
    this.fence = fence;
    this.clock = clock;
  }

  void play() {
    for (var i = 0; i < scenario.entries().size(); i++) {
      switch (scenario.entries().get(i)) {
        case Version version -> play(version, i);
        case Action action -> {
          // the recorded controllers were at rest within milliseconds, too
          rest(i);
          play(action, i);
        }
        case Rest() -> rest(i);
        case Told _, Entry.Request _ -> {}
      }
    }
    await(scenario.entries().size());
    fence.pass();
  }

  private void rest(int index) {
    await(index);
    if (restedAt < log.versions().size()) {
      fence.pass();
      restedAt = log.versions().size();
    }
  }

  private void play(Version version, int index) {
    var added = version.change() == Change.ADDED;
    var document = version.document();
    switch (version.kind()) {
      case "VMB" -> {
        if (added) {
          await(index);
          lastBackup = document;
          ttl().ifPresent(clock::hold);
          objects.createBackup(version.name(), document, fault());
        }
      }
      case "VMBT", "VM", "PVC" -> {
        if (added) {
          await(index);
          objects.create(version.kind(), version.name(), document);
        } else if (!version.kind().equals("VMBT") && version.change() == Change.MODIFIED) {
          await(index);
          objects.updateStatus(version.kind(), version.name(), document);
        }
      }
      case "Secret" -> {
        if (added && version.name().equals("backup-token")) {
          await(index);
          objects.createToken(version.name());
        }
      }
      case "VMExport" -> {
        if (added && Projection.at(document, "metadata", "ownerReferences") == null) {
          await(index);
          objects.create(version.kind(), version.name(), document);
        }
      }
      case "VMI" -> playInstance(version, index);
      case "Pod" -> playPod(version, index);
      default -> {}
    }
  }

  private Optional<Fault> fault() {
    return scenario.says("sets an annotation on the VMB at this very moment")
        ? Optional.of(Fault.STATUS_CONFLICT_SOURCE_LOST)
        : Optional.empty();
  }

  /** What the controllers changed in a VMI is awaited; the rest is the played part's. */
  private void playInstance(Version version, int index) {
    switch (version.change()) {
      case ADDED -> {
        await(index);
        objects.create("VMI", version.name(), version.document());
      }
      case MODIFIED -> {
        var before = instance.map(Version::document).orElse(Map.of());
        var change = InstanceChange.between(before, version.document(), lastAction);
        if (!change.isEmpty()) {
          await(index);
          objects.patchInstance(version.name(), change.played(), live());
        }
      }
      case DELETED -> {}
    }
    instance = Optional.of(version);
  }

  private Normaliser live() {
    return log.normaliser();
  }

  private void playPod(Version version, int index) {
    var phase = Projection.at(version.document(), "status", "phase");
    if (version.change() != Change.MODIFIED
        || Projection.at(version.document(), "metadata", "deletionTimestamp") != null) {
      return;
    }
    await(index);
    if ("Running".equals(phase) && lastAction.contains("reaches its DEADLINE")) {
      endTtl();
    }
    objects.patchPod(
        version.name(),
        String.valueOf(phase),
        String.valueOf(Projection.at(version.document(), "status", "ready")));
  }

  /** The pod that replaces an ended one comes up when the backup's time is over. */
  private void endTtl() {
    var created = Objects.requireNonNull(live().created().get("backup-1"));
    clock.letOn(created.plus(ttl().orElseThrow()).plus(AFTER_TTL));
  }

  private Optional<Duration> ttl() {
    return Optional.ofNullable(Projection.at(lastBackup, "spec", "ttlDuration"))
        .map(text -> GoDuration.parse(String.valueOf(text)));
  }

  private void play(Action action, int index) {
    var text = action.text();
    if (text.contains("-> DENIED: ")) {
      await(index);
      deny(text);
    } else if (text.startsWith("deletes ")) {
      await(index);
      var words = text.split(" ", -1);
      objects.delete(words[1], words[2]);
    } else if (text.startsWith("VMI is deleted")) {
      await(index);
      objects.delete("VMI", "vm1");
    } else if (text.startsWith("VMI finalizer removed")) {
      await(index);
      objects.removeFinalizers("vm1");
    } else if (text.startsWith("VMI loses its finalizer")) {
      await(index);
      objects.removeFinalizers("vm1");
      objects.delete("VMI", "vm1");
    } else if (text.startsWith("virt-handler marks the tracker")) {
      await(index);
      objects.markTracker("tracker1");
    } else if (text.startsWith("virt-launcher answers redefine-checkpoint")) {
      await(index);
      Waiting.until(
          WITHIN, () -> launcher.redefinitions() > 1, () -> "redefinition is not tried again");
      launcher.letRedefinitionWork();
    } else if (text.startsWith("a foreign VMExport")) {
      await(index);
      objects.createForeignClaim("vm1-data");
    } else if (action.who().equals("NOTE")) {
      await(index);
      if (text.contains("touches the VMB")) {
        objects.touchBackup("backup-1");
      }
    }
    if (text.equals("VMI CBT Enabled")) {
      await(index);
      endTtl();
    }
    lastAction = text;
  }

  private void deny(String text) {
    var name = text.split(" ", -1)[2];
    var message = text.substring(text.indexOf("DENIED: ") + "DENIED: ".length());
    var refusal = catchThrowable(() -> objects.createBackup(name, lastBackup, Optional.empty()));
    assertThat(refusal).as(text).hasMessageContaining(message);
  }

  /** Waits until everything that stands before an entry has happened here too. */
  private void await(int index) {
    var before = scenario.entries().subList(0, index);
    var wanted =
        Life.of(
            before.stream().filter(Version.class::isInstance).map(Version.class::cast).toList(),
            recordedNames);
    Waiting.until(WITHIN, () -> isReached(wanted), () -> missing(wanted, index));
    var refusals =
        before.stream()
            .filter(entry -> entry instanceof Told told && told.reason().equals("BackupError"))
            .collect(Collectors.toSet());
    Waiting.until(WITHIN, () -> log.events().containsAll(refusals), () -> "no events " + refusals);
  }

  private boolean isReached(Life wanted) {
    var here = log.life();
    return wanted.byObject().entrySet().stream()
        .filter(entry -> !KnownDifferences.isUnordered(scenario, entry.getKey()))
        .allMatch(entry -> here.count(entry.getKey()) >= entry.getValue().size());
  }

  private String missing(Life wanted, int index) {
    var here = log.life();
    var missing = new TreeMap<String, Object>();
    wanted
        .byObject()
        .forEach(
            (key, lines) -> {
              if (here.count(key) < lines.size()) {
                missing.put(key + " wanted", String.join("\n    ", lines));
                missing.put(
                    key + " here",
                    String.join("\n    ", here.byObject().getOrDefault(key, List.of())));
              }
            });
    return "before %s:%n%s"
        .formatted(
            index < scenario.entries().size() ? scenario.entries().get(index) : "the end",
            missing.entrySet().stream()
                .map(entry -> entry.getKey() + ":\n    " + entry.getValue())
                .collect(Collectors.joining("\n")));
  }
}
