using SlurmBanking.Wire;

namespace SlurmBanking.Spec.Tests.Wire;

public sealed class FrameTests
{
    [Fact]
    public void A_length_is_four_bytes_big_endian()
    {
        var header = new byte[Frame.HeaderBytes];
        Frame.WriteHeader(header, 0x0001_0203);
        Assert.Equal([0x00, 0x01, 0x02, 0x03], header);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(Frame.MaxBodyBytes)]
    public void A_written_length_is_read_back(int bodyBytes)
    {
        var header = new byte[Frame.HeaderBytes];
        Frame.WriteHeader(header, bodyBytes);
        Assert.Equal(bodyBytes, Frame.ReadHeader(header));
    }

    [Theory]
    [InlineData(new byte[] { 0x00, 0x10, 0x00, 0x01 })]
    [InlineData(new byte[] { 0x7f, 0xff, 0xff, 0xff })]
    [InlineData(new byte[] { 0x80, 0x00, 0x00, 0x00 })]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff })]
    public void A_length_beyond_a_mebibyte_is_refused(byte[] header) => Assert.Equal(-1, Frame.ReadHeader(header));
}
