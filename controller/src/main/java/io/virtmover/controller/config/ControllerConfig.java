// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.config;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** All settings of the controller; docs/configuration.md is made of this. */
@StaticInitSafe
@ConfigMapping(prefix = ControllerConfig.PREFIX)
public interface ControllerConfig {
  /** What all keys begin with. */
  String PREFIX = "virtmover";

  /** Velero's namespace: requests, locations, credentials and movers are there. */
  @WithDefault("velero")
  String namespace();

  /** The values of {@code spec.datamover} that are served. */
  @WithDefault("cnv")
  Set<String> datamovers();

  /** The controller's own name in status and events. */
  @WithDefault("virtmover-controller")
  String instance();

  /** Mover pods. */
  Mover mover();

  /** Where movers report. */
  Callback callback();

  /** The page that shows what the controller does. */
  Page page();

  /** How many transfers run at once. */
  Limits limits();

  /** Which of several controllers acts. */
  Leadership leadership();

  /** Backups. */
  Backup backup();

  /** Restores. */
  Restore restore();

  /** Freeing space in buckets. */
  Collect collect();

  /** How long a step may take. */
  Timeouts timeouts();

  /** Metrics. */
  Metrics metrics();

  /** The secret in Velero's namespace for locations that name none; its key is {@code cloud}. */
  @WithDefault("cloud-credentials")
  String credentialsSecret();

  /** Mover pods. */
  interface Mover {
    /** The mover agent's image. */
    @WithDefault("virtmover-agent")
    String image();

    /** Always, IfNotPresent or Never. */
    @WithDefault("IfNotPresent")
    String imagePullPolicy();

    /** Names of secrets for the image's registry. */
    Optional<List<String>> imagePullSecrets();

    /** A service account without any rights. */
    @WithDefault("virtmover-mover")
    String serviceAccount();

    /** Number of the user that movers run as; KubeVirt writes files as 107. */
    @WithDefault("107")
    long user();

    /** CPU that a mover asks for. */
    @WithDefault("250m")
    String cpu();

    /** Priority class, where one is wanted. */
    Optional<String> priorityClass();

    /** Labels that a node must have. */
    Map<String, String> nodeSelector();

    /** Taints that movers tolerate, as a JSON array of tolerations. */
    Optional<String> tolerations();

    /** More labels for Jobs and pods. */
    Map<String, String> labels();

    /** Environment of movers, for example proxy variables. */
    Map<String, String> environment();

    /** How often a mover that dies is run again. */
    @WithDefault("4")
    int retries();
  }

  /** Where movers report. */
  interface Callback {
    /** The controller as movers reach it; without it they only leave a termination message. */
    Optional<String> address();

    /** PEM certificates of its authority. */
    @WithDefault("/etc/virtmover/tls/ca.crt")
    String authority();

    /** The audience that a mover's token must have. */
    @WithDefault("virtmover")
    String audience();
  }

  /** The page that shows what the controller does. */
  interface Page {
    /** Whether there is one. */
    @WithDefault("false")
    boolean enabled();
  }

  /** How many transfers run at once. */
  interface Limits {
    /** In the whole cluster; 40 at most. */
    @WithDefault("20")
    int cluster();

    /** To or from one backup storage location. */
    @WithDefault("20")
    int location();

    /** Of VMs on one node; 0: without a limit. Restores do not count. */
    @WithDefault("0")
    int node();
  }

  /** Which of several controllers acts. */
  interface Leadership {
    /** The lease in Velero's namespace that the acting one holds. */
    @WithDefault("virtmover-controller")
    String leaseName();

    /** This controller's pod; its name in the lease. Without one it has a name of its own. */
    Optional<String> pod();

    /** For how long after its last renewal a leader's lease is not taken over. */
    @WithDefault("15s")
    Duration leaseDuration();

    /** After which a leader that could not renew its lease ends. */
    @WithDefault("10s")
    Duration renewDeadline();

    /** Between two renewals. */
    @WithDefault("2s")
    Duration retryPeriod();
  }

  /** Backups. */
  interface Backup {
    /** How blocks come from KubeVirt. */
    @WithDefault("auto")
    Mode mode();

    /** Whether guests are frozen. */
    @WithDefault("auto")
    QuiesceMode quiesce();

    /** Increments after a full at most; 0: without a limit. */
    @WithDefault("30")
    int maxIncrements();

    /** Storage class of claims for KubeVirt; the cluster's default without it. */
    Optional<String> storageClass();

    /** The least size of a claim for KubeVirt. */
    @WithDefault("1Gi")
    String leastClaim();

    /** In pull mode: the claim's size in percent of all disks. */
    @WithDefault("10")
    int scratchPercent();

    /** How blocks come from KubeVirt. */
    enum Mode {
      /** Pull where the cluster can. */
      AUTO,
      /** Over KubeVirt's export endpoints. */
      PULL,
      /** As files on a claim. */
      PUSH
    }

    /** Whether guests are frozen. */
    enum QuiesceMode {
      /** Where the guest can; a failure is told. */
      AUTO,
      /** A failure to freeze fails the backup. */
      REQUIRED,
      /** Never. */
      OFF
    }
  }

  /** Restores. */
  interface Restore {
    /** Whether VMs that were halted for their restore are started again. */
    @WithDefault("true")
    boolean startVms();
  }

  /** Freeing space in buckets. */
  interface Collect {
    /** What is younger stays although no backup needs it; longer than backups take. */
    @WithDefault("24h")
    Duration grace();

    /**
     * How often all VMs of all locations are looked through, beside those of which a backup was
     * deleted; 0: never.
     */
    @WithDefault("0s")
    Duration period();

    /** Whether it is only logged what would be deleted, also of deleted backups. */
    @WithDefault("false")
    boolean dryRun();
  }

  /** How long a step may take. */
  interface Timeouts {
    /**
     * Until KubeVirt's backup can be read (a push job that runs may take longer), until a claim or
     * volume is there, and until the store answers.
     */
    @WithDefault("30m")
    Duration prepare();

    /** Until a mover that was asked for runs. */
    @WithDefault("30m")
    Duration schedule();

    /** A transfer, from the moment it was accepted. */
    @WithDefault("24h")
    Duration total();

    /** For KubeVirt to end a backup and give everything back. */
    @WithDefault("15m")
    Duration cleanup();
  }

  /** Metrics. */
  interface Metrics {
    /** Whether each VM has a series of its own, which says when its last backup succeeded. */
    @WithDefault("false")
    boolean perVm();

    /** How long after its last successful backup a VM's series is kept. */
    @WithDefault("30d")
    Duration keepVms();

    /** VMs with a series at most; those whose last success is longest ago go first. */
    @WithDefault("1000")
    int mostVms();
  }
}
