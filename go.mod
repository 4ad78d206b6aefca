module fairtouch

go 1.26
