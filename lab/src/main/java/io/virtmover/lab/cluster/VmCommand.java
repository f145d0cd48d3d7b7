// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.virtmover.lab.kubevirt.api.Fields;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code lab vm}: virtual machines of the lab, by hand. */
@Command(
    name = "lab/lab vm",
    description = "Virtual machines of the lab.",
    mixinStandardHelpOptions = true,
    subcommands = CommandLine.HelpCommand.class)
public final class VmCommand {
  private static final int FAILED = 1;

  /** These two are given by the script. */
  @Option(names = "--kubeconfig", required = true, hidden = true)
  @SuppressWarnings("NullAway.Init")
  private Path kubeconfig;

  @Option(names = "--state", required = true, hidden = true)
  @SuppressWarnings("NullAway.Init")
  private Path state;

  public static void main(String... arguments) {
    LabLogging.start();
    var command = new CommandLine(new VmCommand()).setCaseInsensitiveEnumValuesAllowed(true);
    command.setExecutionExceptionHandler(
        (failure, line, _) -> {
          if (failure instanceof LabException || failure instanceof KubernetesClientException) {
            line.getErr().println("lab vm: " + failure.getMessage());
            return FAILED;
          }
          throw failure;
        });
    System.exit(command.execute(arguments));
  }

  /** What a VM boots. */
  enum GuestSystem {
    NONE,
    LINUX
  }

  /** What every command takes. */
  static final class Scope {
    @Option(
        names = {"-n", "--namespace"},
        defaultValue = "default",
        description = "Namespace (default: ${DEFAULT-VALUE}).")
    private String namespace = "default";

    @Option(
        names = "--timeout",
        defaultValue = "120",
        description = "Seconds to wait (default: ${DEFAULT-VALUE}).")
    private long timeout = 120;

    private LabVms vms(KubernetesClient client) {
      return new LabVms(client, Duration.ofSeconds(timeout));
    }
  }

  @FunctionalInterface
  private interface Action {
    void on(LabVms vms);
  }

  private void with(Scope scope, Action action) {
    try (var client = LabClient.of(kubeconfig)) {
      action.on(scope.vms(client));
    }
  }

  private static void say(String text) {
    System.err.println(text);
  }

  @Command(description = "Makes a VM and its disks, and waits until it runs.")
  void create(
      @CommandLine.Mixin Scope scope,
      @Parameters(paramLabel = "NAME") String name,
      @Option(
              names = "--disk",
              required = true,
              paramLabel = "SIZE[:block]",
              description = "A disk, for example 2Gi or 1Gi:block; may be repeated.")
          List<String> disks,
      @Option(names = "--storage-class", description = "Storage class of all disks.")
          Optional<String> storageClass,
      @Option(names = "--seed", description = "Writes data that depends on this number.")
          Optional<Long> seed,
      @Option(
              names = "--guest",
              defaultValue = "NONE",
              description = "What it boots: ${COMPLETION-CANDIDATES} (default: NONE).")
          GuestSystem guest,
      @Option(
              names = "--templates",
              description = "Has its disks made from dataVolumeTemplates, with an image on them.")
          boolean hasTemplates) {
    with(
        scope,
        any -> {
          var booted = guest == GuestSystem.LINUX ? any.linux() : any;
          var vms = hasTemplates ? booted.withTemplates() : booted;
          say("creating VM %s/%s".formatted(scope.namespace, name));
          vms.create(
              scope.namespace, name, disks.stream().map(DiskRequest::parse).toList(), storageClass);
          vms.awaitRunning(scope.namespace, name);
          seed.ifPresent(number -> ControlClient.of(state).work(scope.namespace, name, number, 20));
          say("VM %s/%s runs".formatted(scope.namespace, name));
        });
  }

  @Command(description = "Writes to the disks of a running VM; the same seed writes the same.")
  void write(
      @CommandLine.Mixin Scope scope,
      @Parameters(paramLabel = "NAME") String name,
      @Option(names = "--seed", defaultValue = "1") long seed,
      @Option(names = "--steps", defaultValue = "20", description = "Writes per disk.") int steps) {
    ControlClient.of(state).work(scope.namespace, name, seed, steps);
  }

  @Command(description = "Discards a range of a disk of a running VM.")
  void discard(
      @CommandLine.Mixin Scope scope,
      @Parameters(paramLabel = "NAME") String name,
      @Option(names = "--disk", required = true, paramLabel = "VOLUME") String volume,
      @Option(names = "--offset", required = true, paramLabel = "BYTES") long offset,
      @Option(names = "--length", required = true, paramLabel = "BYTES") long length) {
    ControlClient.of(state).discard(scope.namespace, name, volume, offset, length);
  }

  @Command(description = "Prints the SHA-256 of each disk of a running VM.")
  void hash(@CommandLine.Mixin Scope scope, @Parameters(paramLabel = "NAME") String name) {
    ControlClient.of(state)
        .contents(scope.namespace, name)
        .forEach(
            (volume, content) ->
                System.out.printf("%s  %s  %d%n", content.sha256(), volume, content.bytes()));
  }

  @Command(description = "Prints the files of a running Linux guest, each with its SHA-256.")
  void files(@CommandLine.Mixin Scope scope, @Parameters(paramLabel = "NAME") String name) {
    ControlClient.of(state).files(scope.namespace, name).forEach(System.out::println);
  }

  @Command(description = "Stops a VM cleanly; its bitmaps are saved.")
  void stop(@CommandLine.Mixin Scope scope, @Parameters(paramLabel = "NAME") String name) {
    with(scope, vms -> vms.stop(scope.namespace, name));
  }

  @Command(description = "Starts a VM and waits until it runs.")
  void start(@CommandLine.Mixin Scope scope, @Parameters(paramLabel = "NAME") String name) {
    with(scope, vms -> vms.start(scope.namespace, name));
  }

  @Command(description = "Stops a VM and starts it again.")
  void restart(@CommandLine.Mixin Scope scope, @Parameters(paramLabel = "NAME") String name) {
    with(scope, vms -> vms.restart(scope.namespace, name));
  }

  @Command(description = "Ends QEMU as a crash does; bitmaps are lost.")
  void kill(@CommandLine.Mixin Scope scope, @Parameters(paramLabel = "NAME") String name) {
    ControlClient.of(state).kill(scope.namespace, name);
  }

  @Command(description = "Deletes a VM and its disks.")
  void delete(@CommandLine.Mixin Scope scope, @Parameters(paramLabel = "NAME") String name) {
    with(scope, vms -> vms.delete(scope.namespace, name));
  }

  @Command(description = "Lists the VMs of all namespaces.")
  void list() {
    with(
        new Scope(),
        vms ->
            vms.list(Optional.empty())
                .forEach(
                    vm ->
                        System.out.printf(
                            "%s/%s  %s%n",
                            vm.getMetadata().getNamespace(),
                            vm.getMetadata().getName(),
                            Fields.of(vm).text("status", "printableStatus").orElse(""))));
  }
}
