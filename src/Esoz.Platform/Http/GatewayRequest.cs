using Esoz.Platform.Access;

namespace Esoz.Platform.Http;

/// <summary>One request on its way through the gateway: what the steps so far have found out.</summary>
public sealed class GatewayRequest(Gateway gateway, HttpContext context)
{
    public HttpContext Context => context;

    /// <summary>The method that the route leads to; null when no route matches.</summary>
    public MethodCard? Card { get; } = context.GetEndpoint()?.Metadata.GetMetadata<MethodCard>();

    /// <summary>Of the method; where no route matches, of the path.</summary>
    public Family Family => Card?.Family ?? Dialect.FamilyOf(context.Request.Path);

    /// <summary>Hash of the token or api-key that was read last.</summary>
    public SecretHash Presented { get; set; }

    public AccessToken? Token { get; set; }

    public ApiKey? Key { get; set; }

    /// <summary>The body as far as it is received and read.</summary>
    public Body? Body { get; set; }

    internal Gateway Gateway => gateway;
}
