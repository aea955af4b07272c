/** A Worker that fails before it takes its first message. */
throw new Error("this Worker fails");
