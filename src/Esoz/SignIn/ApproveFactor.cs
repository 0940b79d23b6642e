using System.Globalization;
using Esoz.Platform.Schema;

namespace Esoz.SignIn;

/// <summary>Approve factor (sign-in §7).</summary>
public static class ApproveFactor
{
    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(ApproveFactor));

    public static readonly MethodCard Card =
        new("approve-factor", "Approve factor", "POST", "/oauth/users/actions/approve_factor", Family.SignIn)
        {
            Purpose = "Makes the phone number or the secret of Init factor the second factor of the user, by a code of it",
            Handle = Handle,
            HasPersonalData = true,
            Bearer = SignInBearer.Own,
            Body = Schema,
            Validations = [.. NewFactor.RulesOfToken, NewFactor.IsInitiated, .. NewFactor.RulesOfCode],
            Success = StatusCodes.Status201Created,
            Answer = typeof(SignInToken),
            Urgent = typeof(NextStep),
        };

    public static async Task<Reply> Handle(
        HttpContext http, Body body, PresentedBearer bearer, PostgresDatabase database, NewFactor newFactor, Work work,
        CancellationToken ct)
    {
        var (broken, presented) = await NewFactor.Find(http, database, bearer, ct);
        if (broken is not null)
            return broken;
        if (!body.Matches<CodeForm>(Schema, out var form, out var refusal))
            return refusal;
        return (await newFactor.Approve(work, presented!, form.Otp.ToString("D6", CultureInfo.InvariantCulture), ct)).Reply();
    }

    private sealed record CodeForm(int Otp);
}
