// SPDX-License-Identifier: Apache-2.0
/** Which of several controllers acts (docs/adr/0011), and what it does when it begins and ends. */
@NullMarked
package io.virtmover.controller.leadership;

import org.jspecify.annotations.NullMarked;
