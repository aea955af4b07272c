import type { WebhookVerification } from "../../../domain/webhook.ts";
import { verifyGithub } from "./github.ts";
import { verifyHmac } from "./hmac.ts";
import type { Refusal, SignedRequest } from "./signed-request.ts";
import { verifyStandard } from "./standard.ts";
import { verifyStripe } from "./stripe.ts";
import { verifyToken } from "./token.ts";

/**
 * Checks that a delivery comes from whoever knows the secret.
 * @param secret its value
 * @returns why the delivery is refused; undefined if it is genuine
 */
export function verifyDelivery(request: SignedRequest, verification: WebhookVerification, secret: string): Refusal {
  switch (verification.type) {
    case "standard":
      return verifyStandard(request, secret);
    case "github":
      return verifyGithub(request, secret);
    case "stripe":
      return verifyStripe(request, secret);
    case "hmac":
      return verifyHmac(request, secret, verification);
    case "token":
      return verifyToken(request, secret, verification.header);
  }
}
