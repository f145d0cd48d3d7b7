// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.action;

/**
 * Names an item.
 *
 * @param group the API group, {@code ""} for the core's
 * @param resource the plural, such as {@code persistentvolumeclaims}
 * @param namespace {@code ""} for what is in none
 */
public record ResourceIdentifier(String group, String resource, String namespace, String name) {}
