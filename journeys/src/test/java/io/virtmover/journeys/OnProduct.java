// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import io.virtmover.lab.junit.OnLab;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests on a lab on which the product is installed; they may ask for {@link InstalledProduct}. */
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@OnLab
@ExtendWith(ProductOnLab.class)
@interface OnProduct {}
