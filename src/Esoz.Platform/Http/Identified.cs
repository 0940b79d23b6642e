namespace Esoz.Platform.Http;

/// <summary>
/// Who asks, as far as a method without credentials has found out: journal, log and audit tell it. A method sets it as soon as it knows, so
/// that a refusal tells it too. Of an unknown e-mail nothing is kept.
/// </summary>
/// <param name="ClientId">Client that the body names and that exists.</param>
/// <param name="UserId">User who is signed in, or who somebody tried to be.</param>
public sealed record Identified(Guid? ClientId, Guid? UserId)
{
    public static Identified? Of(HttpContext context) => context.Features.Get<Identified>();

    public static void Set(HttpContext context, Guid? clientId, Guid? userId) => context.Features.Set(new Identified(clientId, userId));
}
