using System.Threading.RateLimiting;
using Esoz.Platform.Access;

namespace Esoz.Platform.Http;

/// <summary>State of one request in the gateway: the results of the steps executed so far.</summary>
public sealed class GatewayRequest(Gateway gateway, HttpContext context)
{
    public HttpContext Context => context;

    /// <summary>The method of the matched route; null when no route matches.</summary>
    public MethodCard? Card { get; } = context.GetEndpoint()?.Metadata.GetMetadata<MethodCard>();

    /// <summary>Family of the method, or of the path when no route matches.</summary>
    public Family Family => Card?.Family ?? Dialect.FamilyOf(context.Request.Path);

    /// <summary>Hash of the token or api-key that was read last.</summary>
    public SecretHash Presented { get; set; }

    public AccessToken? Token { get; set; }

    public ApiKey? Key { get; set; }

    /// <summary>The body as far as it has been received and parsed.</summary>
    public Body? Body { get; set; }

    /// <summary>Why the body could not be received, when that was tried before its turn.</summary>
    public Refusal? BodyFault { get; set; }

    /// <summary>Its place among the requests of the client that are under way, until it is answered; null without a limit.</summary>
    public RateLimitLease? Place { get; set; }

    /// <summary>The step that refused the request; null when all of them passed.</summary>
    public GatewayStep? Failed { get; set; }

    internal Gateway Gateway => gateway;
}
