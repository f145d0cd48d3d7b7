// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.readiness.Readiness;
import io.virtmover.deletion.Tombstone;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.kubevirt.api.Fields;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Velero with VirtMover's plugin, as {@code velero install} makes it: beside the lab's own, in a
 * namespace and under a prefix of its own, so that tests may do to it what they like.
 */
final class InstalledVelero implements AutoCloseable {
  private static final String POLICY = "vm-disks";
  private static final String BUCKET = "velero";

  /** It asks for half a core by itself: the movers of other tests would find no room. */
  private static final String CPU = "100m";

  /** Where the server has the plugin. */
  private static final String PLUGIN = "/plugins/virtmover";

  /** What the prefix of VirtMover's own objects has behind Velero's. */
  private static final String DATA = "-kubevirt-datamover";

  /** Of the first test; it may be gone, but leads to the lab. */
  private final LabNamespace lab;

  private final String namespace;
  private final String prefix;

  private InstalledVelero(LabNamespace lab, String namespace, String prefix) {
    this.lab = lab;
    this.namespace = namespace;
    this.prefix = prefix;
  }

  /** Brings the node the images of the last build, installs Velero, waits for its location. */
  static InstalledVelero in(LabNamespace lab) {
    var namespace = lab.name() + "-velero";
    var velero = new InstalledVelero(lab, namespace, namespace);
    velero.install();
    velero.handOverDisks();
    return velero;
  }

  /**
   * Installs another Velero in another cluster, which knows nothing of this one: it may read what
   * this one has in the bucket until now, and finds its backups there.
   */
  InstalledVelero reader(LabNamespace elsewhere) {
    for (var folder : List.of(prefix, prefix + DATA)) {
      lab.replicate(BUCKET, folder, elsewhere);
    }
    var reader = new InstalledVelero(elsewhere, namespace, prefix);
    reader.install();
    var _ =
        reader
            .location()
            .patch(
                PatchContext.of(PatchType.JSON_MERGE),
                "{\"spec\": {\"accessMode\": \"ReadOnly\"}}");
    return reader;
  }

  private Resource<GenericKubernetesResource> location() {
    return lab.client()
        .genericKubernetesResources(VeleroKinds.LOCATION)
        .inNamespace(namespace)
        .withName("default");
  }

  private void install() {
    var _ = lab.command("images");
    try (var credentials = CredentialsFile.of(lab)) {
      var _ =
          command(
              "install",
              "--provider",
              "aws",
              "--image",
              "lab/velero:1",
              "--plugins",
              "lab/velero-plugin-for-aws:1,lab/virtmover-velero-plugin:1",
              "--features",
              "EnableCSI",
              "--bucket",
              BUCKET,
              "--prefix",
              prefix,
              "--secret-file",
              credentials.path().toString(),
              "--backup-location-config",
              "region=us-east-1,s3ForcePathStyle=true,s3Url=" + lab.s3Endpoint(),
              "--use-volume-snapshots=false",
              "--velero-pod-cpu-request",
              CPU);
    }
    var _ =
        lab.await(
            location(),
            "Velero's location is available",
            location ->
                location != null
                    && Fields.of(location).text("status", "phase").orElse("").equals("Available"));
  }

  /** The lab's volumes are of the type {@code local}, so {@code csi} would not match them. */
  private void handOverDisks() {
    lab.client()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName(POLICY)
                .withNamespace(namespace)
                .endMetadata()
                .addToData(
                    "policy.yaml",
                    """
                    version: v1
                    volumePolicies:
                    - conditions:
                        storageClass: [lab-fs, lab-fs-immediate, lab-block]
                      action:
                        type: custom
                        parameters: {datamover: cnv}
                    """)
                .build())
        .create();
  }

  /** Where its objects are. */
  String namespace() {
    return namespace;
  }

  /**
   * Runs Velero's program.
   *
   * @return what it printed
   */
  String command(String... words) {
    var all = new ArrayList<>(List.of("velero", "--namespace", namespace));
    all.addAll(List.of(words));
    return lab.command(all.toArray(String[]::new));
  }

  /** Backs a namespace up, its VMs by VirtMover. */
  VeleroRun backUp(LabNamespace from, String name, String... options) {
    var words =
        new ArrayList<>(
            List.of(
                "backup",
                "create",
                name,
                "--include-namespaces",
                from.name(),
                "--snapshot-move-data",
                "--resource-policies-configmap",
                POLICY));
    words.addAll(List.of(options));
    var _ = command(words.toArray(String[]::new));
    return run(VeleroKinds.BACKUP, name);
  }

  /** Makes a schedule that backs a namespace up; it rests. */
  void schedule(LabNamespace from, String name) {
    var _ =
        command(
            "schedule",
            "create",
            name,
            "--schedule",
            "@every 1h",
            "--paused",
            "--include-namespaces",
            from.name(),
            "--snapshot-move-data",
            "--resource-policies-configmap",
            POLICY);
  }

  /** Lets a schedule go on as if its time had come, until it has begun another backup. */
  VeleroRun awaitScheduled(String schedule) {
    var backups =
        lab.client()
            .genericKubernetesResources(VeleroKinds.BACKUP)
            .inNamespace(namespace)
            .withLabel("velero.io/schedule-name", schedule);
    var before = names(backups.list().getItems());
    var _ =
        lab.client()
            .genericKubernetesResources(VeleroKinds.SCHEDULE)
            .inNamespace(namespace)
            .withName(schedule)
            .patch(
                PatchContext.of(PatchType.JSON_MERGE),
                "{\"spec\": {\"paused\": false}, \"status\": {\"lastBackup\": \"2026-01-01T00:00:00Z\"}}");
    var after =
        names(
            lab.awaitAll(
                backups,
                "the schedule %s has begun a backup".formatted(schedule),
                all -> all.size() > before.size()));
    var _ = command("schedule", "pause", schedule);
    after.removeAll(before);
    return run(VeleroKinds.BACKUP, after.iterator().next());
  }

  private static Set<String> names(List<GenericKubernetesResource> objects) {
    return objects.stream()
        .map(object -> object.getMetadata().getName())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Deletes Backups, and waits until the product has freed all that nothing needs any more. */
  void delete(VeleroRun... backups) {
    var names = Stream.of(backups).map(VeleroRun::name).toList();
    var words = new ArrayList<>(List.of("backup", "delete", "--confirm"));
    words.addAll(names);
    var _ = command(words.toArray(String[]::new));
    Stream.of(backups).forEach(VeleroRun::awaitGone);
    var _ =
        lab.awaitAll(
            lab.client()
                .configMaps()
                .inNamespace(namespace)
                .withLabel(Tombstone.LABEL, Tombstone.LABEL_VALUE),
            "what the backups %s held is freed".formatted(names),
            stones ->
                stones.stream().noneMatch(stone -> names.contains(stone.getData().get("backup"))));
  }

  /** Asks for a Backup's deletion, and waits until Velero has said no; its words. */
  String deleteInVain(VeleroRun backup) {
    var _ = command("backup", "delete", "--confirm", backup.name());
    var answered =
        lab.awaitAll(
            lab.client()
                .genericKubernetesResources(VeleroKinds.DELETION)
                .inNamespace(namespace)
                .withLabel("velero.io/backup-name", backup.name()),
            "Velero has answered the deletion of " + backup.name(),
            all -> all.stream().anyMatch(InstalledVelero::isRefused));
    return Fields.of(answered.getFirst()).texts("status", "errors").toString();
  }

  private static boolean isRefused(GenericKubernetesResource deletion) {
    return !Fields.of(deletion).texts("status", "errors").isEmpty();
  }

  /** Restores a backup. */
  VeleroRun restore(String backup, String name, String... options) {
    var words = new ArrayList<>(List.of("restore", "create", name, "--from-backup", backup));
    words.addAll(List.of(options));
    var _ = command(words.toArray(String[]::new));
    return run(VeleroKinds.RESTORE, name);
  }

  /** Waits until a backup is there that another Velero has made. */
  void awaitFound(String backup) {
    var _ = run(VeleroKinds.BACKUP, backup).awaitPhase(Set.of("Completed"));
  }

  /** A Backup or Restore that is there. */
  VeleroRun run(ResourceDefinitionContext kind, String name) {
    return new VeleroRun(lab, this, kind, name);
  }

  /** Its DataUploads and DataDownloads. */
  List<GenericKubernetesResource> requests() {
    var client = lab.client();
    return List.of(VeleroKinds.DATA_UPLOAD, VeleroKinds.DATA_DOWNLOAD).stream()
        .map(
            kind ->
                client.genericKubernetesResources(kind).inNamespace(namespace).list().getItems())
        .flatMap(Collection::stream)
        .toList();
  }

  /** What VirtMover has in its location, by the keys in the bucket. */
  List<String> stored() {
    return lab.stored(BUCKET, prefix + DATA + "/");
  }

  /** Loses an object that VirtMover has stored. */
  void loseObject(String key) {
    lab.lose(BUCKET, key);
  }

  /** Kills each process of the plugin that the server starts, until something has come. */
  int killPluginUntil(CompletableFuture<?> end) {
    return lab.killUntil(end, pods().list().getItems().getFirst(), PLUGIN);
  }

  private FilterWatchListDeletable<Pod, PodList, PodResource> pods() {
    return lab.client().pods().inNamespace(namespace).withLabel("deploy", "velero");
  }

  /** Kills the server as a node's death does, without a last word; another one comes. */
  void kill() {
    var pods = pods();
    var dying = pods.list().getItems().getFirst().getMetadata().getName();
    lab.client().pods().inNamespace(namespace).withName(dying).withGracePeriod(0).delete();
    var _ =
        lab.awaitAll(
            pods,
            "another Velero is ready",
            all ->
                all.stream()
                    .anyMatch(
                        pod ->
                            !pod.getMetadata().getName().equals(dying)
                                && Readiness.isPodReady(pod)));
  }

  /** What the server has logged since it was started. */
  String log() {
    return lab.client()
        .apps()
        .deployments()
        .inNamespace(namespace)
        .withName("velero")
        .inContainer("velero")
        .getLog();
  }

  /** Deletes what only a Velero and a product that run can delete; their namespace has the rest. */
  @Override
  public void close() {
    List.of(VeleroKinds.RESTORE, VeleroKinds.DATA_UPLOAD, VeleroKinds.DATA_DOWNLOAD)
        .forEach(this::deleteAll);
    lab.client().rbac().clusterRoleBindings().withName("velero-" + namespace).delete();
  }

  private void deleteAll(ResourceDefinitionContext kind) {
    var all = lab.client().genericKubernetesResources(kind).inNamespace(namespace);
    all.delete();
    var _ = lab.awaitAll(all, "there is no %s any more".formatted(kind.getKind()), List::isEmpty);
  }
}
