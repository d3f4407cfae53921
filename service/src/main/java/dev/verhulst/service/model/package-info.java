/** What requests are sent to: models, their signatures, and the validation against them. */
@NullMarked
package dev.verhulst.service.model;

import org.jspecify.annotations.NullMarked;
