// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.virtmover.lab.kubevirt.ClusterConfig;
import io.virtmover.lab.kubevirt.Crds;
import io.virtmover.lab.kubevirt.KubeVirtSettings;
import io.virtmover.lab.kubevirt.Quirks;
import io.virtmover.lab.kubevirt.api.Release;
import io.virtmover.lab.kubevirt.datavolume.DataVolumes;
import io.virtmover.lab.kubevirt.launcher.ExportGateway;
import io.virtmover.lab.kubevirt.launcher.Launchers;
import io.virtmover.lab.kubevirt.launcher.NodePaths;
import io.virtmover.lab.kubevirt.standin.KubeVirtControllers;
import io.virtmover.lab.kubevirt.vm.VirtualMachines;
import io.virtmover.lab.provisioner.Provisioner;
import io.virtmover.lab.qemu.KernelBoot;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Runs the stand-ins of the lab cluster until SIGTERM: the volume provisioner, KubeVirt's
 * controllers and the VMs. {@code services.ready} in the state folder exists while they serve; at
 * the end the VMs are stopped cleanly, so that their bitmaps are saved.
 */
@Command(name = "services", description = "Runs the stand-ins of the lab cluster until SIGTERM.")
public final class ClusterServices implements Callable<Integer> {
  @Option(names = "--kubeconfig", required = true, description = "How to reach the cluster.")
  @SuppressWarnings("NullAway.Init")
  private Path kubeconfig;

  @Option(names = "--state", required = true, description = "Folder for volumes and VMs.")
  @SuppressWarnings("NullAway.Init")
  private Path state;

  @Option(names = "--address", required = true, description = "Address of the node, to listen on.")
  @SuppressWarnings("NullAway.Init")
  private String address;

  @Option(
      names = "--kubevirt",
      required = true,
      description = "KubeVirt release to behave like: 1.8, 1.9, HEAD or next.")
  @SuppressWarnings("NullAway.Init")
  private Release release;

  @Option(
      names = "--guest",
      required = true,
      description = "Folder with vmlinuz and initrd of the Linux that VMs can boot.")
  @SuppressWarnings("NullAway.Init")
  private Path guest;

  private final CountDownLatch end = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

  public static void main(String... arguments) {
    LabLogging.start();
    var command = new CommandLine(new ClusterServices());
    command.registerConverter(Release.class, Release::named);
    System.exit(command.execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Runtime.getRuntime().addShutdownHook(new Thread(this::endAndWait, "end"));
    Files.createDirectories(state);
    useNoNameService();
    var ready = state.resolve("services.ready");
    Files.deleteIfExists(ready);
    try (var client = LabClient.of(kubeconfig)) {
      serve(client, ready);
    } finally {
      ended.countDown();
    }
    return 0;
  }

  /**
   * The JDK's HTTPS server asks for the name of each peer, which takes seconds where the node's
   * name server cannot be reached. Only addresses are used here, so a file answers.
   */
  private void useNoNameService() throws IOException {
    var hosts = Files.writeString(state.resolve("services.hosts"), "127.0.0.1 localhost\n");
    System.setProperty("jdk.net.hosts.file", hosts.toString());
  }

  private void serve(KubernetesClient client, Path ready) throws IOException, InterruptedException {
    Crds.install(client, release);
    var paths = new NodePaths(client);
    try (var config = ClusterConfig.watch(client, release);
        var _ = Provisioner.start(client, state.resolve("volumes"));
        var launchers = Launchers.open(state.resolve("vms"), release, paths, linux());
        var exports = new ExportGateway(client, launchers, address, release);
        var kubeVirt = KubeVirtControllers.start(client, settings(config), launchers, exports);
        var _ = DataVolumes.start(client, paths);
        var _ = VirtualMachines.start(client, paths, launchers, release, config);
        var control = ControlServer.start(address, launchers, exports, kubeVirt::expire)) {
      announce(ready, control.url());
      end.await();
      Files.deleteIfExists(ready);
    }
  }

  private KernelBoot linux() {
    return new KernelBoot(guest.resolve("vmlinuz"), guest.resolve("initrd"));
  }

  private KubeVirtSettings settings(ClusterConfig config) {
    return new KubeVirtSettings(
        release, Quirks.NONE, config::gates, new InetSocketAddress(address, 0));
  }

  /** The file appears complete or not at all. */
  private void announce(Path ready, String control) throws IOException {
    var next = ready.resolveSibling("services.ready.new");
    Files.writeString(
        next, "{\"kubevirt\": \"%s\", \"control\": \"%s\"}\n".formatted(release.text(), control));
    Files.move(next, ready, StandardCopyOption.ATOMIC_MOVE);
  }

  private void endAndWait() {
    end.countDown();
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
