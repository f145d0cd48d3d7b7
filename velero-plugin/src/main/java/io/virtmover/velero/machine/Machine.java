// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.machine;

import com.fasterxml.jackson.databind.JsonNode;
import io.virtmover.velero.item.Item;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A VirtualMachine as far as it decides whether VirtMover takes it.
 *
 * @param title what people call it
 * @param tracking the state of changed block tracking; {@code ""}: never asked for
 * @param isGoing whether it is being deleted
 */
public record Machine(
    String title, String tracking, boolean isRunning, boolean isGoing, List<Volume> volumes) {
  public Machine {
    volumes = List.copyOf(volumes);
  }

  /**
   * Reads it. Its volumes are those that its guest has, and the claims that it gets with its next
   * start.
   *
   * @param instance the VirtualMachineInstance; empty for a VM that does not run
   */
  public static Machine read(Item vm, Optional<Item> instance) {
    var template = vm.spec().path("template").path("spec");
    var guest = instance.map(Item::spec).orElse(template);
    return new Machine(
        vm.title(),
        instance.orElse(vm).status().path("changedBlockTracking").path("state").asText(),
        instance.filter(Machine::runs).isPresent(),
        vm.isGoing(),
        instance.isPresent() ? running(guest, template) : volumes(guest));
  }

  /** Reads an instance that no VM stands behind. */
  public static Machine read(Item instance) {
    return new Machine(instance.title(), "", true, false, volumes(instance.spec()));
  }

  private static boolean runs(Item instance) {
    return instance.status().path("phase").asText().equals("Running") && !instance.isGoing();
  }

  /** Names of claims of volumes of some kind. */
  public Stream<Volume> volumes(Volume.Kind kind) {
    return volumes.stream().filter(volume -> volume.is(kind));
  }

  /** The claims that a guest's specification names, whatever for. */
  static Set<String> claims(JsonNode guest) {
    var claims = new HashSet<String>();
    for (var volume : guest.path("volumes")) {
      var claim = claim(volume);
      if (!claim.isEmpty()) {
        claims.add(claim);
      }
    }
    return claims;
  }

  /** What a running guest has, and what its VM would have it have. */
  private static List<Volume> running(JsonNode guest, JsonNode template) {
    var present = volumes(guest);
    var wanted = volumes(template);
    var all = new ArrayList<Volume>();
    present.stream()
        .map(
            volume ->
                wanted.stream().anyMatch(isTheSame(volume))
                    ? volume
                    : volume.with(Volume.Trait.PLUGGED_ONLY))
        .forEach(all::add);
    wanted.stream()
        .filter(volume -> !volume.claim().isEmpty())
        .filter(volume -> present.stream().noneMatch(isTheSame(volume)))
        .map(volume -> volume.with(Volume.Trait.NOT_IN_GUEST))
        .forEach(all::add);
    return all;
  }

  /** A name that has got another claim is another disk. */
  private static Predicate<Volume> isTheSame(Volume volume) {
    return other ->
        volume.claim().isEmpty()
            ? volume.name().equals(other.name())
            : volume.claim().equals(other.claim());
  }

  private static List<Volume> volumes(JsonNode guest) {
    var devices = guest.path("domain").path("devices");
    var fileSystems = names(devices.path("filesystems"));
    var volumes = new ArrayList<Volume>();
    for (var volume : guest.path("volumes")) {
      var name = volume.path("name").asText();
      kind(volume, fileSystems.contains(name))
          .ifPresent(
              kind ->
                  volumes.add(new Volume(name, kind, claim(volume), traits(disk(devices, name)))));
    }
    return volumes;
  }

  private static Optional<Volume.Kind> kind(JsonNode volume, boolean isFileSystem) {
    if (volume.has("persistentVolumeClaim") || volume.has("dataVolume")) {
      return Optional.of(isFileSystem ? Volume.Kind.FILE_SYSTEM : Volume.Kind.CLAIM);
    }
    if (volume.has("hostDisk")) {
      return Optional.of(Volume.Kind.HOST_DISK);
    }
    if (volume.has("memoryDump")) {
      return Optional.of(Volume.Kind.MEMORY_DUMP);
    }
    return volume.has("containerDisk") || volume.has("ephemeral") || volume.has("emptyDisk")
        ? Optional.of(Volume.Kind.PASSING)
        : Optional.empty();
  }

  private static String claim(JsonNode volume) {
    return Stream.of(
            volume.path("persistentVolumeClaim").path("claimName"),
            volume.path("dataVolume").path("name"),
            volume.path("memoryDump").path("claimName"))
        .map(JsonNode::asText)
        .filter(name -> !name.isEmpty())
        .findFirst()
        .orElse("");
  }

  private static Set<Volume.Trait> traits(JsonNode disk) {
    var traits = EnumSet.noneOf(Volume.Trait.class);
    if (disk.path("shareable").asBoolean()) {
      traits.add(Volume.Trait.SHAREABLE);
    }
    if (disk.hasNonNull("lun")) {
      traits.add(Volume.Trait.LUN);
    }
    return traits;
  }

  private static JsonNode disk(JsonNode devices, String name) {
    return StreamSupport.stream(devices.path("disks").spliterator(), false)
        .filter(disk -> disk.path("name").asText().equals(name))
        .findFirst()
        .orElseGet(() -> devices.path("disks").path(-1));
  }

  private static Set<String> names(JsonNode list) {
    var names = new HashSet<String>();
    list.forEach(one -> names.add(one.path("name").asText()));
    return names;
  }
}
