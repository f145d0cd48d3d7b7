// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.machine;

import com.fasterxml.jackson.databind.JsonNode;
import io.virtmover.velero.action.ResourceIdentifier;
import io.virtmover.velero.item.Item;
import io.virtmover.velero.item.Kinds;
import io.virtmover.velero.kubernetes.ResourceType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What has to be in a backup with a VM so that it can live again: all that its object names. */
public final class Belongings {
  /** An object that may be there or not. */
  public record Belonging(ResourceType type, String namespace, String name) {
    public ResourceIdentifier identifier() {
      return Kinds.identifier(type, namespace, name);
    }
  }

  /** KubeVirt's label on the claim with a VM's TPM and EFI state: the VM's name. */
  public static final String STATE_LABEL = "persistent-state-for";

  private final String namespace;
  private final Set<Belonging> all = new LinkedHashSet<>();

  private Belongings(String namespace) {
    this.namespace = namespace;
  }

  /** What a VM's object names, claims first. */
  public static List<Belonging> of(Item vm) {
    var belongings = new Belongings(vm.namespace());
    var guest = vm.spec().path("template").path("spec");
    guest.path("volumes").forEach(belongings::addVolume);
    belongings.add(
        ResourceType.SECRETS,
        text(
            guest.path("domain").path("firmware").path("kernelBoot"),
            "container",
            "imagePullSecret"));
    guest.path("accessCredentials").forEach(belongings::addCredential);
    revisions(vm).forEach(name -> belongings.add(Kinds.CONTROLLER_REVISIONS, name));
    return List.copyOf(belongings.all);
  }

  /** The ControllerRevisions that keep the instance type and the preference as they were. */
  private static List<String> revisions(Item vm) {
    var names = new ArrayList<String>();
    for (var matcher : Matcher.values()) {
      Item.text(vm.spec().path(matcher.field()), "revisionName")
          .or(() -> matcher.revision(vm.status()))
          .ifPresent(names::add);
    }
    return names;
  }

  /** What a VM gets its size and its habits from. */
  public enum Matcher {
    INSTANCE_TYPE("instancetype", "instancetypeRef"),
    PREFERENCE("preference", "preferenceRef");

    private final String field;
    private final String reference;

    Matcher(String field, String reference) {
      this.field = field;
      this.reference = reference;
    }

    /** The field of the spec. */
    public String field() {
      return field;
    }

    /** The ControllerRevision that KubeVirt uses and only tells in the status. */
    public Optional<String> revision(JsonNode status) {
      return Item.text(status.path(reference).path("controllerRevisionRef"), "name");
    }
  }

  private void addVolume(JsonNode volume) {
    add(ResourceType.CLAIMS, text(volume, "persistentVolumeClaim", "claimName"));
    add(ResourceType.CLAIMS, text(volume, "dataVolume", "name"));
    add(Kinds.DATA_VOLUMES, text(volume, "dataVolume", "name"));
    add(ResourceType.CLAIMS, text(volume, "memoryDump", "claimName"));
    add(ResourceType.CLAIMS, text(volume.path("ephemeral"), "persistentVolumeClaim", "claimName"));
    add(ResourceType.SECRETS, text(volume, "containerDisk", "imagePullSecret"));
    add(ResourceType.SECRETS, text(volume, "secret", "secretName"));
    add(ResourceType.CONFIG_MAPS, text(volume, "configMap", "name"));
    add(Kinds.SERVICE_ACCOUNTS, text(volume, "serviceAccount", "serviceAccountName"));
    add(ResourceType.SECRETS, text(volume.path("sysprep"), "secret", "name"));
    add(ResourceType.CONFIG_MAPS, text(volume.path("sysprep"), "configMap", "name"));
    for (var cloudInit : List.of("cloudInitNoCloud", "cloudInitConfigDrive")) {
      var source = volume.path(cloudInit);
      add(ResourceType.SECRETS, text(source, "secretRef", "name"));
      add(ResourceType.SECRETS, text(source, "networkDataSecretRef", "name"));
    }
  }

  private void addCredential(JsonNode credential) {
    Stream.of("sshPublicKey", "userPassword")
        .map(kind -> credential.path(kind).path("source"))
        .forEach(source -> add(ResourceType.SECRETS, text(source, "secret", "secretName")));
  }

  private void add(ResourceType type, String name) {
    if (!name.isEmpty()) {
      all.add(new Belonging(type, namespace, name));
    }
  }

  private static String text(JsonNode parent, String object, String field) {
    return parent.path(object).path(field).asText();
  }
}
