/** The inference server: Spring Boot, wired from the packages below. */
@NullMarked
package dev.verhulst.service;

import org.jspecify.annotations.NullMarked;
