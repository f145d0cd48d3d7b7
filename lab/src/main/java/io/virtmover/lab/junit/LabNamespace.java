// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.junit;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.virtmover.lab.cluster.ControlClient;
import io.virtmover.lab.cluster.LabVms;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * A namespace of the lab that belongs to one test; it is deleted afterwards. Pods in it obey the
 * pod security standard {@code restricted}. Every wait is by watch and ends by a deadline.
 */
public final class LabNamespace implements AutoCloseable {
  /** How long anything may take that is not stated otherwise. */
  public static final Duration PATIENCE = Duration.ofMinutes(6);

  /** How often the node's processes are looked at. */
  private static final Duration LOOK = Duration.ofMillis(20);

  private final RunningLab lab;
  private final String name;
  private final LabVms vms;

  private LabNamespace(RunningLab lab, String name) {
    this.lab = lab;
    this.name = name;
    this.vms = new LabVms(lab.client(), PATIENCE);
  }

  static LabNamespace create(RunningLab lab, String prefix) {
    var suffix = new byte[2];
    new Random().nextBytes(suffix);
    var name = prefix + "-" + HexFormat.of().formatHex(suffix);
    lab.client()
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                .endMetadata()
                .build())
        .create();
    return new LabNamespace(lab, name);
  }

  public String name() {
    return name;
  }

  public KubernetesClient client() {
    return lab.client();
  }

  /** VMs of the lab; pass {@link #name()} as their namespace. */
  public LabVms vms() {
    return vms;
  }

  /** The inside of guests, and faults. */
  public ControlClient control() {
    return lab.control();
  }

  /**
   * Runs {@code lab/lab} for this lab, for example {@code vm list}.
   *
   * @return what it printed
   */
  public String command(String... words) {
    return lab.command(List.of(words));
  }

  /**
   * What was written to the cluster's API since the lab was started, oldest first, but for what the
   * node's own programs write and what the log has dropped. A write is in it a moment after its
   * answer.
   */
  public List<ApiWrite> writes() {
    return ApiWrite.read(lab.auditLog());
  }

  /** The lab's S3 server as pods reach it; the bucket {@code velero} is Velero's too. */
  public String s3Endpoint() {
    return lab.s3Endpoint();
  }

  /** The S3 server's credentials as an AWS credentials file. */
  public String s3Credentials() {
    return lab.s3Credentials();
  }

  /** Creates a secret with the S3 server's credentials in the key {@code cloud}. */
  public void s3Secret(String secret) {
    create(
        new SecretBuilder()
            .withNewMetadata()
            .withName(secret)
            .endMetadata()
            .addToStringData("cloud", lab.s3Credentials())
            .build());
  }

  /** Kills a component of the lab, as {@code lab/lab status} names it; {@link #heal} starts it. */
  public void kill(String component) {
    lab.kill(component);
  }

  /** Starts what of the lab does not run, and waits until all of it works. */
  public void heal() {
    var _ = command("up");
  }

  /** Has the kernel kill a pod's process because the memory of its container is at an end. */
  public void exhaust(Pod pod) {
    OutOfMemory.bring(pod);
  }

  /** Stops a pod's process where it is, as a machine does that hangs; {@link #thaw} ends it. */
  public void freeze(Pod pod) {
    PodProcess.of(pod).signal("STOP");
  }

  /** Lets a pod that was stopped by {@link #freeze} go on. */
  public void thaw(Pod pod) {
    PodProcess.of(pod).signal("CONT");
  }

  /**
   * Kills each process of a program in a pod as soon as it is seen, whatever starts it, until
   * something has come.
   *
   * @param program as it is called
   * @return how many
   */
  public int killUntil(CompletableFuture<?> end, Pod pod, String program) {
    var deadline = Instant.now().plus(PATIENCE);
    var killed = new HashSet<PodProcess>();
    while (!end.isDone()) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError(
            "still not there after %d killed processes of %s".formatted(killed.size(), program));
      }
      PodProcess.of(pod, program).filter(PodProcess::kill).forEach(killed::add);
      LockSupport.parkNanos(LOOK.toNanos());
    }
    return killed.size();
  }

  /** The keys of the objects in a bucket that begin with a folder's name, in order. */
  public List<String> stored(String bucket, String folder) {
    var root = lab.bucket(bucket);
    if (!Files.isDirectory(root.resolve(folder))) {
      return List.of();
    }
    try (var files = Files.walk(root.resolve(folder))) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Brings another lab the objects of a folder, as a store does whose bucket is replicated. */
  public void replicate(String bucket, String folder, LabNamespace other) {
    lab.replicate(bucket, folder, other.lab);
  }

  /** Removes an object of a bucket behind the S3 server's back. */
  public void lose(String bucket, String key) {
    try {
      Files.delete(lab.bucket(bucket).resolve(key));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a bucket that has only so much room, for example {@code 20m}. */
  public void smallBucket(String bucket, String size) {
    try {
      Files.createDirectory(lab.bucket(bucket));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var _ =
        command("enter", "mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", bucketPath(bucket));
  }

  /** Gives a {@link #smallBucket} another size. */
  public void resizeBucket(String bucket, String size) {
    var _ = command("enter", "mount", "-o", "remount,size=" + size, bucketPath(bucket));
  }

  /** Removes a {@link #smallBucket} with all that is in it. */
  public void removeBucket(String bucket) {
    var _ = command("enter", "umount", "-l", bucketPath(bucket));
    try {
      Files.delete(lab.bucket(bucket));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String bucketPath(String bucket) {
    return lab.bucket(bucket).toString();
  }

  /** Creates another namespace, which is the caller's to delete. */
  public void createNamespace(String other) {
    client()
        .resource(new NamespaceBuilder().withNewMetadata().withName(other).endMetadata().build())
        .create();
  }

  /** Creates a claim of the default storage class. */
  public PersistentVolumeClaim claim(String claim, String size) {
    return claim(claim, size, "lab-fs", "Filesystem");
  }

  /** Creates a claim. */
  public PersistentVolumeClaim claim(
      String claim, String size, String storageClass, String volumeMode) {
    return vms.createClaim(name, claim, new Quantity(size), storageClass, volumeMode);
  }

  /** Where a claim is. */
  public Resource<PersistentVolumeClaim> claimAt(String claim) {
    return client().persistentVolumeClaims().inNamespace(name).withName(claim);
  }

  /** Asks for more room in a claim. */
  public void grow(String claim, String size) {
    claimAt(claim)
        .edit(
            now -> {
              now.getSpec().getResources().setRequests(Map.of("storage", new Quantity(size)));
              return now;
            });
  }

  /** Creates an object in this namespace. */
  public <T extends HasMetadata> T create(T object) {
    return client().resource(object).inNamespace(name).create();
  }

  /** Creates the object that a YAML text describes. */
  public void apply(String yaml) {
    client().resource(yaml).inNamespace(name).create();
  }

  /** Where an object of a kind without a model class is. */
  public Resource<GenericKubernetesResource> at(ResourceDefinitionContext kind, String object) {
    return client().genericKubernetesResources(kind).inNamespace(name).withName(object);
  }

  /**
   * Waits until something is so.
   *
   * @param isSo gets null while there is no such object
   * @throws AssertionError with the object when time is up
   */
  public <T extends HasMetadata> T await(Resource<T> object, String what, Predicate<T> isSo) {
    try {
      return object.waitUntilCondition(isSo, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (KubernetesClientTimeoutException e) {
      var now = object.get();
      throw new AssertionError(
          "not within %d s: %s; it is %s"
              .formatted(
                  PATIENCE.toSeconds(),
                  what,
                  now == null ? "not there" : client().getKubernetesSerialization().asYaml(now)),
          e);
    }
  }

  /**
   * Waits until something is so of objects of one kind.
   *
   * @return all of them then
   * @throws AssertionError when time is up
   */
  public <T extends HasMetadata> List<T> awaitAll(
      Informable<T> objects, String what, Predicate<List<T>> isSo) {
    var seen = objects.informOnCondition(isSo);
    try {
      return seen.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting: " + what, e);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("not within %d s: %s".formatted(PATIENCE.toSeconds(), what), e);
    } finally {
      seen.cancel(true);
    }
  }

  /** Runs a pod to its end. */
  public PodRun.Result run(PodRun run) {
    return run.in(this);
  }

  @Override
  public void close() {
    client().namespaces().withName(name).delete();
  }
}
