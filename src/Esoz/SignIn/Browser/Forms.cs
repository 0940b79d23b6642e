using Esoz.Pages;

namespace Esoz.SignIn.Browser;

/// <summary>What page 1 shows: e-mail and password.</summary>
public sealed record PasswordForm(SignInSession Form, string? Email)
{
    public Words? Problem { get; init; }

    public bool EmailIsMissing { get; init; }

    public bool PasswordIsMissing { get; init; }
}

/// <summary>What page 2 shows: the code of the second factor.</summary>
/// <param name="IsBySms">Otherwise an app makes the codes.</param>
public sealed record FactorForm(SignInSession Form, bool IsBySms)
{
    public Words? Problem { get; init; }

    public bool CodeWasSent { get; init; }

    public bool CodeIsMissing { get; init; }
}

/// <summary>What page 2 shows before a user has named a phone.</summary>
/// <param name="NumberIsWrong">What was sent is no number.</param>
public sealed record NumberForm(SignInSession Form, bool NumberIsWrong)
{
    public Words? Problem { get; init; }
}

/// <summary>What page 3 shows: what the client asks for.</summary>
/// <param name="Asked">Scopes that the user has not approved yet.</param>
/// <param name="Approved">Those that the user has.</param>
public sealed record ConsentForm(SignInSession Form, string Email, IReadOnlyList<string> Asked, IReadOnlyList<string> Approved);

/// <summary>What a user sees of the own access, before page 3.</summary>
/// <param name="HasEnded">Something was ended just now.</param>
public sealed record AccessForm(
    SignInSession Form, string Email, IReadOnlyList<OpenSession> Sessions, IReadOnlyList<GrantedApproval> Approvals, bool HasEnded);

/// <summary>Values of the buttons of the forms, field <c>decision</c>.</summary>
public static class SignInDecision
{
    public const string Allow = "allow";
    public const string Refuse = "refuse";
    public const string Resend = "resend";
    /// <summary>To sign in and to see the own sessions first.</summary>
    public const string ShowAccess = "show_access";
    public const string EndAll = "end_all";
    public const string Continue = "continue";
}
