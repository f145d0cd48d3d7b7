// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.config;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds settings that can be read and cannot work. */
final class ConfigCheck {
  /** A name of Kubernetes': lower case, and no path. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  /** Velero's own mover serves its requests. */
  private static final String VELEROS = "velero";

  private static final Set<String> PULL_POLICIES = Set.of("Always", "IfNotPresent", "Never");
  private static final Duration LONGEST = Duration.ofDays(3650);

  /** Each can hold one of the operator's 50 threads, while a store does not answer. */
  private static final int MOST_TRANSFERS = 40;

  private final List<String> problems = new ArrayList<>();

  private ConfigCheck() {}

  /** What is wrong, each with its key; empty when nothing is. */
  static List<String> problems(ControllerConfig config) {
    var check = new ConfigCheck();
    check.general(config);
    check.mover(config.mover());
    check.callback(config.callback());
    check.between("limits.cluster", config.limits().cluster(), 1, MOST_TRANSFERS);
    check.atLeast("limits.location", config.limits().location(), 1);
    check.atLeast("limits.node", config.limits().node(), 0);
    check.name("leadership.lease-name", config.leadership().leaseName());
    check.backup(config.backup());
    check.duration("collect.grace", config.collect().grace());
    if (!config.collect().period().isZero()) {
      check.duration("collect.period", config.collect().period());
    }
    check.timeouts(config.timeouts());
    check.duration("metrics.keep-vms", config.metrics().keepVms());
    check.atLeast("metrics.most-vms", config.metrics().mostVms(), 1);
    return check.problems;
  }

  private void general(ControllerConfig config) {
    name("namespace", config.namespace());
    name("credentials-secret", config.credentialsSecret());
    filled("instance", config.instance());
    for (var datamover : config.datamovers()) {
      if (datamover.isBlank() || datamover.equals(VELEROS)) {
        refuse(
            "datamovers",
            "'%s' is what Velero itself serves; name others, as cnv".formatted(datamover));
      }
    }
  }

  private void mover(ControllerConfig.Mover mover) {
    filled("mover.image", mover.image());
    if (!PULL_POLICIES.contains(mover.imagePullPolicy())) {
      refuse(
          "mover.image-pull-policy",
          "'%s' is neither Always nor IfNotPresent nor Never".formatted(mover.imagePullPolicy()));
    }
    name("mover.service-account", mover.serviceAccount());
    atLeast("mover.user", mover.user(), 1);
    quantity("mover.cpu", mover.cpu());
    atLeast("mover.retries", mover.retries(), 0);
    mover.tolerations().ifPresent(this::tolerations);
  }

  private void tolerations(String text) {
    try {
      var _ = Tolerations.read(text);
    } catch (IllegalArgumentException e) {
      refuse("mover.tolerations", String.valueOf(e.getMessage()));
    }
  }

  private void callback(ControllerConfig.Callback callback) {
    callback.address().ifPresent(this::address);
    filled("callback.authority", callback.authority());
    filled("callback.audience", callback.audience());
  }

  private void address(String text) {
    try {
      var address = new URI(text);
      if (!"https".equals(address.getScheme()) || address.getHost() == null) {
        refuse("callback.address", "it is no address like https://HOST:8443");
      }
    } catch (URISyntaxException e) {
      // An address can hold a password: it is not repeated.
      refuse("callback.address", "it is no address like https://HOST:8443");
    }
  }

  private void backup(ControllerConfig.Backup backup) {
    atLeast("backup.max-increments", backup.maxIncrements(), 0);
    atLeast("backup.scratch-percent", backup.scratchPercent(), 1);
    quantity("backup.least-claim", backup.leastClaim());
  }

  private void timeouts(ControllerConfig.Timeouts timeouts) {
    duration("timeouts.prepare", timeouts.prepare());
    duration("timeouts.schedule", timeouts.schedule());
    duration("timeouts.total", timeouts.total());
    duration("timeouts.cleanup", timeouts.cleanup());
  }

  private void name(String key, String value) {
    if (!NAME.matcher(value).matches()) {
      refuse(key, "'%s' is no name in Kubernetes".formatted(value));
    }
  }

  private void filled(String key, String value) {
    if (value.isBlank()) {
      refuse(key, "it is empty");
    }
  }

  private void atLeast(String key, long value, long least) {
    if (value < least) {
      refuse(key, "%d is less than %d".formatted(value, least));
    }
  }

  private void between(String key, long value, long least, long most) {
    atLeast(key, value, least);
    if (value > most) {
      refuse(key, "%d is more than %d".formatted(value, most));
    }
  }

  private void duration(String key, Duration value) {
    if (!value.isPositive() || value.compareTo(LONGEST) > 0) {
      refuse(
          key,
          "%s is not between 1 s and %d days; write one as 30m, 24h or 7d"
              .formatted(value, LONGEST.toDays()));
    }
  }

  private void quantity(String key, String value) {
    try {
      if (new Quantity(value).getNumericalAmount().compareTo(BigDecimal.ZERO) <= 0) {
        refuse(key, "'%s' is not more than nothing".formatted(value));
      }
    } catch (IllegalArgumentException e) {
      refuse(key, "'%s' is no quantity, as 250m or 1Gi are".formatted(value));
    }
  }

  private void refuse(String key, String why) {
    problems.add("%s.%s: %s.".formatted(ControllerConfig.PREFIX, key, why));
  }
}
