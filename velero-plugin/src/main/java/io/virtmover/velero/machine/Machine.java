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
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A VirtualMachine as far as it decides whether VirtMover takes it.
 *
 * @param tracking the state of changed block tracking; {@code ""}: never asked for
 * @param isGoing whether it is being deleted
 * @param keepsState whether it has a TPM or EFI whose state outlives its stops
 */
public record Machine(
    String name,
    String tracking,
    boolean isRunning,
    boolean isGoing,
    boolean keepsState,
    List<Volume> volumes) {
  public Machine {
    volumes = List.copyOf(volumes);
  }

  /**
   * Reads it. Its volumes are those that its guest has: what the VM says holds from its next start
   * on.
   *
   * @param instance the VirtualMachineInstance; empty for a VM that does not run
   */
  public static Machine read(Item vm, Optional<Item> instance) {
    var template = vm.spec().path("template").path("spec");
    var guest = instance.map(Item::spec).orElse(template);
    return new Machine(
        vm.name(),
        instance.orElse(vm).status().path("changedBlockTracking").path("state").asText(),
        instance.filter(Machine::runs).isPresent(),
        vm.isGoing(),
        keepsState(guest.path("domain")),
        volumes(guest, names(template.path("volumes"))));
  }

  /** Reads an instance that no VM stands behind. */
  public static Machine read(Item instance) {
    return new Machine(instance.name(), "", true, false, false, volumes(instance.spec(), Set.of()));
  }

  private static boolean runs(Item instance) {
    return instance.status().path("phase").asText().equals("Running") && !instance.isGoing();
  }

  private static boolean keepsState(JsonNode domain) {
    return domain.path("devices").path("tpm").path("persistent").asBoolean()
        || domain.path("firmware").path("bootloader").path("efi").path("persistent").asBoolean();
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

  private static List<Volume> volumes(JsonNode guest, Set<String> known) {
    var devices = guest.path("domain").path("devices");
    var fileSystems = names(devices.path("filesystems"));
    var volumes = new ArrayList<Volume>();
    for (var volume : guest.path("volumes")) {
      var name = volume.path("name").asText();
      kind(volume, fileSystems.contains(name))
          .ifPresent(
              kind ->
                  volumes.add(
                      new Volume(
                          name,
                          kind,
                          claim(volume),
                          traits(disk(devices, name), known.contains(name)))));
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

  private static Set<Volume.Trait> traits(JsonNode disk, boolean isKnown) {
    var traits = EnumSet.noneOf(Volume.Trait.class);
    if (disk.path("shareable").asBoolean()) {
      traits.add(Volume.Trait.SHAREABLE);
    }
    if (disk.hasNonNull("lun")) {
      traits.add(Volume.Trait.LUN);
    }
    if (!isKnown) {
      traits.add(Volume.Trait.PLUGGED_ONLY);
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
