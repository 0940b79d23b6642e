using Esoz.Platform.Schema;

namespace Esoz.SignIn;

/// <summary>Init factor (sign-in §7).</summary>
public static class InitFactor
{
    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(InitFactor));

    public static readonly MethodCard Card = new("init-factor", "Init factor", "POST", "/oauth/users/actions/init_factor", Family.SignIn)
    {
        Purpose = "Takes the phone number, or makes the secret, of a second factor and asks for a code of it",
        Handle = Handle,
        HasPersonalData = true,
        Bearer = SignInBearer.Own,
        Body = Schema,
        Validations =
        [
            .. NewFactor.RulesOfToken, NewFactor.FactorExists, NewFactor.TokenMayInit, NewFactor.SignInIsRecent, NewFactor.MayBeSent,
            NewFactor.WasSent,
        ],
        Success = StatusCodes.Status201Created,
        Answer = typeof(BareToken),
        Urgent = typeof(NextStep),
    };

    public static async Task<Reply> Handle(
        HttpContext http, Body body, PresentedBearer bearer, PostgresDatabase database, NewFactor newFactor, Work work,
        CancellationToken ct)
    {
        var (broken, presented) = await NewFactor.Find(http, database, bearer, ct);
        if (broken is not null)
            return broken;
        if (!body.Matches<FactorForm>(Schema, out var form, out var refusal))
            return refusal;
        var step = await newFactor.Init(work, presented!, form.Type, form.Factor, ct);
        return step.Refusal is { } refused ? refused : Reply.Data(BareToken.Of(step.Token!), step.Next!);
    }

    /// <param name="Factor">Phone number; TOTP has none.</param>
    private sealed record FactorForm(string Type, string? Factor);
}
