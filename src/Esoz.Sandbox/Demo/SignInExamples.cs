using Esoz.Platform.Http;
using Esoz.SignIn;
using static Esoz.Sandbox.Demo.DemoExamples;

namespace Esoz.Sandbox.Demo;

/// <summary>Examples of the methods of sign-in.</summary>
internal static class SignInExamples
{
    private const string NewPassword = """{"user":{"password":"Vyshyvanka-Kavun-2026"}}""";

    /// <summary>Empty for a method of another area.</summary>
    public static IEnumerable<DemoExample> Of(MethodCard card, DemoSignIn signIn) => card.Id switch
    {
        "API-009-068-0001" =>
        [
            new(card, "the owner of the clinic signs in with a password", card.Path, [], LogIn(signIn.Password), 201),
            new(card, "a wrong password", card.Path, [], LogIn("another"), 401),
        ],
        "init-factor" =>
        [
            new(card, "a user names the number of a phone; the code is in the log of the sandbox", card.Path, [Bearer(signIn.Factor)],
                $$"""{"type":"{{FactorType.Sms}}","factor":"{{DemoSignIn.Number}}"}""", 201),
            new(card, "no token", card.Path, [], "{}", 401),
        ],
        "approve-factor" =>
        [
            new(card, "the code that was sent to the number", card.Path, [Bearer(signIn.Approval)], $$"""{"otp":{{DemoSignIn.Code}}}""", 201),
            new(card, "no token", card.Path, [], "{}", 401),
        ],
        "update-password" =>
        [
            new(card, "a new password", card.Path, [Bearer(signIn.Change)], NewPassword, 200),
            new(card, "the token is used up", card.Path, [Bearer(signIn.Change)], NewPassword, 401),
        ],
        "authorize-app" =>
        [
            new(card, "the doctor allows the clinic its scopes, by the form of the MIS", card.Path, [Bearer(signIn.Consent.Form)],
                Consent(DemoConsent.Scope), 201),
            new(card, "a scope that a doctor has not", card.Path, [Bearer(signIn.Consent.Form)], Consent("employee:deactivate"), 422),
        ],
        "API-009-068-0002" =>
        [
            new(card, "the MIS exchanges the code for tokens", card.Path, [], Code(signIn.Consent), 201),
            new(card, "a code is used once", card.Path, [], Code(signIn.Consent), 401),
        ],
        "API-009-068-0004" =>
        [
            new(card, "the doctor logs out", card.Path, [Bearer(signIn.Consent.Access)], null, 200),
            new(card, "the token has ended", card.Path, [Bearer(signIn.Consent.Access)], null, 401),
        ],
        _ => [],
    };

    private static string Consent(string scope) => $$$"""
        {"app":{"client_id":"{{{DemoIds.Clinic}}}","redirect_uri":"{{{DemoConsent.RedirectUri}}}","scope":"{{{scope}}}"}}
        """;

    private static string Code(DemoConsent consent) => $$$"""
        {"token":{"grant_type":"authorization_code","client_id":"{{{DemoIds.Clinic}}}","client_secret":"{{{consent.Secret}}}","code":"{{{consent.Code}}}","redirect_uri":"{{{DemoConsent.RedirectUri}}}"}}
        """;

    private static string LogIn(string password) => $$$"""
        {"token":{"grant_type":"password","email":"{{{DemoSignIn.Email}}}","password":"{{{password}}}","client_id":"{{{DemoIds.Mis}}}","scope":"app:authorize"}}
        """;
}
