namespace Esoz.Platform.Mail;

/// <summary>Lifecycle of a mail: QUEUED → SENT, FAILED (an operator may queue it again) or CANCELED (its link was used or ended).</summary>
public static class MailStatus
{
    public const string Queued = "QUEUED";
    public const string Sent = "SENT";
    public const string Failed = "FAILED";
    public const string Canceled = "CANCELED";

    public static readonly IReadOnlyList<string> All = [Queued, Sent, Failed, Canceled];
}
