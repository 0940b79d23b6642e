using System.Diagnostics.Metrics;

namespace Esoz.Platform.Mail;

/// <summary>Metrics of the outbox, all in meter <c>Esoz</c>.</summary>
public sealed class MailMetrics
{
    private readonly Counter<long> _attempts;
    private OutboxState _state = new(0, 0, TimeSpan.Zero);

    public MailMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Esoz");
        _attempts = meter.CreateCounter<long>("esoz.mail.attempts", "{attempt}", "Attempts to send a mail that ended, by outcome");
        meter.CreateObservableGauge("esoz.mail.waiting", () => _state.Waiting, "{mail}", "Mails that wait to be sent");
        meter.CreateObservableGauge("esoz.mail.failed", () => _state.Failed, "{mail}", "Mails that could not be sent");
        meter.CreateObservableGauge(
            "esoz.mail.oldest_age", () => _state.OldestAge.TotalSeconds, "s", "How long ago the oldest waiting mail was queued");
    }

    internal void Measured(OutboxState fresh) => _state = fresh;

    /// <param name="outcome">sent, retried, failed, canceled, lost.</param>
    internal void Attempted(string outcome) => _attempts.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
