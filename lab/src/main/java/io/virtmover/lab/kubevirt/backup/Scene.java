// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.Optional;

/** An observation with the objects it was read from; steps change those. */
record Scene(
    Observation observation,
    GenericKubernetesResource backup,
    Optional<GenericKubernetesResource> tracker,
    Optional<GenericKubernetesResource> vmi,
    Optional<GenericKubernetesResource> export) {}
